"""quizprep: flashcards that prove their answers."""

__version__ = "0.1.0"
JSON_VERSION = 1  # of what --json prints: raised where a field is renamed, removed or made another type (docs/json.md)
