"""Text → tree. Each file imports those above it in this list, and none below it.

``libraries`` is what programs call functions, ``decimal_comma`` asks about a comma that may be one, ``lex`` makes
tokens of characters; ``cursor`` is a position in them.
``written`` reads a name with its accents, subscript and primes; ``words`` cuts runs of letters. ``precedence`` is the
table of operators, ``refusals`` what is said to a token that stands wrong, ``reader`` the loop. ``identity`` and
``indices`` complete the tree of a line: what they do needs all of it. The grammar is a file a notation: ``piecewise``,
``environments``, ``brackets``, ``sums``, ``integrals``, ``ellipsis``, ``opened``, ``subscripts``, ``operators``,
``calls``, ``expectations``, ``attributes``, ``naming``, ``gradients``, ``commands``, ``operands``; ``parse`` puts it
together, and ``statements`` reads equations and programs whole.
"""
