"""The equations in a piece of a note: rows, continuations and clauses told apart, names before them found.

What is a value (``d_k = 256``), an assignment of a program or a sentence is no equation. Nothing is computed here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from quizprep.frozen import frozen
from quizprep.notes.page import Piece

LONGEST = 600  # characters of an equation: a longer one is a derivation, or prose
MOST_SIDES = 12
MOST_OVER = 8  # fractions of one display that are written with \\over
LONGEST_NAME = 60  # characters of a name in words

_RELATION = re.compile(
    r"(?<![<>=!:≤≥≠~+*/|\-])(?P<sign>:=|=)(?![=>])"
    r"|(?P<arrow>\\leftarrow(?![A-Za-z])|\\gets(?![A-Za-z])|←|⟵|\\longleftarrow(?![A-Za-z]))"
    r"|(?P<near>\\(?:approx|simeq|cong|triangleq|equiv|coloneqq|doteq)(?![A-Za-z])|≈|≜|≡|≃|≅|≝|≔)"
)
_HAS_A_RELATION = re.compile(
    rf"{_RELATION.pattern.replace('?P<sign>', '?:').replace('?P<arrow>', '?:').replace('?P<near>', '?:')}"
    r"|[<>≤≥∝∼~=]|\\\\|\\(?:le|ge|leq|geq|lt|gt|neq|sim|propto|in|to|rightarrow|Rightarrow|mid)(?![A-Za-z])|&"
)
_BELOW = r"(?:\\limits)?\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\w)"
_SMALL_SPACE = r"\\(?:[,;:! ]|q?quad(?![A-Za-z]))"
_LEAST = re.compile(  # \min_G \max_D, \arg\min_{\theta}
    r"(?:\\(?:operatorname|text|mathrm)\*?\s*\{\s*)?(?:\\?arg\s*(?:\\[,;! ]\s*)?)?"
    r"\\?(?:min|max|inf|sup)(?:imize)?(?![A-Za-z])\s*\}?"
    rf"(?:{_BELOW}(?:\s*(?:{_SMALL_SPACE})?\s*\\?(?:min|max){_BELOW})*|(?=\s*(?:\\mathbb|{_SMALL_SPACE})))"
    rf"(?:\s*{_SMALL_SPACE})*"
)
_ENDS_IN_A_SUM = re.compile(
    r"\\(?:sum|prod|int)(?:\\limits)?(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+))*\s*(?:\\[,;!])?\s*$"
)
_ENDS_OPEN = re.compile(r"(?<![<>:])=\s*$")  # the right side stands on the next row
_ABOUT = re.compile(r"\\(?:approx|simeq|cong)(?![A-Za-z])|[≈≃≅]")
_WORDS_BEHIND = re.compile(  # (정규화), (w_i は実数), (k=0,1,2): a remark, what an index may be
    r"(?<=[\w)\]}])\s+[(（](?:[가-힣\u4e00-\u9fff\u3040-\u30ff\s]+|[^()=+*/]*[가-힣\u4e00-\u9fff\u3040-\u30ff][^()=+*/]*"
    r"|\s*[a-z]\s*=\s*\d\s*,[\s\d,.a-zA-Z\\-]*)[)）]\s*$"
)
_IN_A_NAME = re.compile(
    r"\s*(?:\\(?:text|mathrm|textrm|mbox|textbf|textit)\s*\{\s*(?P<name>[A-Za-z가-힣][A-Za-z가-힣 -]{2,}[A-Za-z가-힣])"
    r"\s*\}|(?P<bare>[가-힣]{2,}(?:(?:\s|\\ )+[가-힣]+)*))\s*"
)
ALL_VALUES = re.compile(  # \sum_{\text{all } x}
    r"(?P<sum>\\sum)\s*_\s*\{\s*(?:\\(?:text|mathrm)\s*\{)?\s*(?:for\s+)?all(?:\s|\\\s|\})+(?P<of>[a-zA-Z])\s*\}+"
)
_MARKS_INSIDE = re.compile(r"^\s*\\[\[(]|\\[\])]\s*$")  # $$\[ ... \]$$
_APART = re.compile(r":\s+(?==)")  # : =
_ONE_OF = re.compile(  # one of those that are least
    r"\\in(?=\s*(?:\\(?:operatorname|text|mathrm)\*?\s*\{\s*|\\)?arg(?:\s*\\?(?:min|max)|\s*\}))"
)
_END_OF_A_ROW = re.compile(r"\\newline(?![A-Za-z])")
_TRIANGLE = re.compile(r"\\(?:big)?triangledown(?![A-Za-z])")
_WIDE = str.maketrans({"。": ".", "，": ",", "；": ";", "：": ":", "（": "(", "）": ")"})
_ABOVE = re.compile(r"\\(?:stackrel|overset)\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*\{\s*(?:=|:=|\\equiv|\\approx)\s*\}")
_STACKED = re.compile(
    r"\\(?:stackrel|overset|underset)\s*\{(?P<first>(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}\s*"
    r"\{(?P<second>(?:[^{}]|\{[^{}]*\})*)\}"
)
_NAMED_BELOW = re.compile(
    r"\\underbrace\s*\{(?P<first>(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}\s*_\s*\{\s*(?P<second>\\(?:text|mathrm)\s*\{[^{}]*\}(?:\^2)?)\s*\}"
)
_BRACE = re.compile(r"\\(?:under|over)brace\s*(?=\{)")
_BELOW_A_BRACE = re.compile(r"\s*[_^]\s*(?:\\[A-Za-z]+\s*(?=\{)|\\[A-Za-z]+|(?=\{)|\w)")
_LAYOUT = "aligned|align|alignat|split|gathered|gather|equation|multline|eqnarray|flalign|displaymath|math|array"
_SIZES = (
    "displaystyle|textstyle|scriptstyle|limits|nolimits|allowbreak|hfill|noindent|centering"
    "|tiny|small|normalsize|[lL]arge|LARGE|[hH]uge"
)
_DROPPED = re.compile(
    r"\\(?:tag|label|ref|eqref|vspace|cite|eqlabel|hphantom|phantom|vphantom)\*?\s*\{[^{}]*\}"
    rf"|\\(?:nonumber|notag|{_SIZES})(?![A-Za-z])|\\color\s*\{{[^{{}}]*\}}"
    rf"|\\(?:begin|end)\{{(?:{_LAYOUT})\*?\}}(?:\[[a-z| ]*\])?(?:\{{[\dlcr| ]*\}})?"
)
_SPACE = re.compile(  # \text{\quad a remark}
    r"\\text\s*\{\s*(?:\\q?quad(?![A-Za-z])|\\hspace\*?\s*\{[^{}]*\})[^{}]*\}|\\hspace\*?\s*\{[^{}]*\}"
)
_DOT = re.compile(  # \beta.V_{t-1}, W^{T}.A: a product
    r"(?:(?<=[}\])])|(?<=\\beta)|(?<=\\alpha)|(?<=\\eta)|(?<=\\gamma)|(?<=\\theta)|(?<=[_^]\w)|(?<=[\s(+=-][A-Za-z]))"
    r"\.(?=\\?[A-Za-z{(])(?!(?:e|g|t|i|d)\b)"
    r"|(?<=[}|])\s*\.\s*(?=\\(?:vec|overrightarrow|mathbf|boldsymbol|bm|\|)(?![A-Za-z]))"
)
_BY_CASES = re.compile(  # \left\{ \begin{array}{ll} ... \end{array} \right.
    r"\\left\s*\\(?:\{|lbrace)\s*\\begin\{(?P<layout>array|aligned|matrix|split)\}(?:\[\w\])?(?:\{[lcr| ]*\})?"
    r"(?P<rows>(?:(?!\\begin\{).)*?)\\end\{(?P=layout)\}\s*\\right\s*\.",
    re.DOTALL,
)
_NO_TEXT = re.compile(r"\\(?:text|mathrm|mbox)\s*\{[\s~]*\}")
_BRACED_SIGN = re.compile(r"\{\s*(?P<sign>\\(?:sum|prod)(?:_(?:\{[^{}]*\}|\w)|\^(?:\{[^{}]*\}|\w))*)\s*\}")  # {\sum_j}
_SUM_AND_LETTER = re.compile(  # \sum_ky_k, \sum_{i=1}^np_i
    r"(?P<sign>\\(?:sum|prod)(?:\\limits)?(?:\s*[_^]\s*(?:\{[^{}]*\}|[A-Za-z\d]))+)(?=[A-Za-z])"
)
_BRACED_LETTER = re.compile(
    r"(?<![A-Za-z_^}\])])(?<![_^}\])] )\{\s*(?P<letter>\\?[A-Za-z]+)\s*\}\s*(?=[_^'])"
)  # { x }_{ 1 }, {\\sigma}'(x)
_EMPTY_SCRIPT = re.compile(r"[_^]\s*\{\s*\}")
_BRACED_BRACKET = re.compile(r"\{\s*(?P<bracket>[()])\s*\}")  # \large{(}
_PRIME_APART = re.compile(
    r"(?<=[\w}])\s+(?='+\s*(?:\\left)?\s*\()|\^\s*\{\s*(?:'|,|\\prime)\s*\}|(?<=\})\s*\{\s*'\s*\}"
)  # \sigma '(x)
_TWO_BARS = re.compile(r"\\\|\s*\\\|")
_TWO_LINES = re.compile(r"\\(?P<line>mid|vert)\s*\\(?P=line)(?![A-Za-z])")
_APART_FROM_IT = r"[,.;~&]|\\hspace\s*\{[^{}]*\}|\\q?quad(?![A-Za-z])|\\[,;: ]"
_NUMBER_BEHIND = re.compile(  # \cdot (3.2), ,(3.11), V (7), & (15): the number of an equation
    rf"(?:(?:\s*(?:{_APART_FROM_IT}|\\(?:cdots?|[lc]?dots)(?![A-Za-z])))+\s*"
    r"\(\s*[1-9]\d?\s*[.-]\s*\d{1,3}[a-z]?\s*\)"
    rf"|(?:(?:\s*(?:{_APART_FROM_IT}))+\s*|(?:(?<=[A-Za-z}}\])|])|(?<=\^\d))(?<![fghFGHPEp])[ \t]+)"
    r"\(\s*[1-9]\d{0,2}[a-z]?\s*\))"
    r"(?=[\s.,;]*(?:$|\\\\|\\end))"
)
_ESCAPED_BRACKET = re.compile(r"(?P<size>\\(?:left|right|[bB]igg?[lr]?))\s*\\(?P<bracket>[()\[\]])")  # \left\(
_OLD_FONT = re.compile(  # {\bf{h}}, {\bf h}, \bf{h}
    r"\{\s*\\(?P<font>bf|cal|rm|it|sf|tt)(?![A-Za-z])\s*(?:\{(?P<braced>[^{}]*)\}|(?P<rest>[^{}]+))\s*\}"
    r"|\\(?P<loose>bf|cal|rm|it|sf|tt)(?![A-Za-z])\s*\{(?P<behind>[^{}]*)\}"
)
_TWICE_BRACED = re.compile(r"(?<!\\)\{\s*\{(?P<inside>(?:[^{}]|\{[^{}]*\})*)\}\s*\}")
_ALONE_IN_BRACES = re.compile(  # = {f_j}(z), ({O_i})
    r"(?P<before>(?:^|[=+\-*/(,&])\s*)\{\s*(?P<name>[A-Za-z](?:\s*_\s*(?:\{\s*\w+\s*\}|\w))?)\s*\}"
)
_TABLE_INSIDE = re.compile(r"\\(?:begin|end)\{(?:matrix|array|split|aligned)\}(?:\{[lcr| ]*\})?")
_CASES = re.compile(r"(?P<begun>\\begin\{[dr]?cases\*?\})(?P<rows>.*?)(?P<end>\\end\{[dr]?cases\*?\})", re.DOTALL)
_IN_CASES = re.compile(  # \\text{si } x > 0, \\text{sinon}: what the other rows are, and how a condition begins
    r"\\(?:text|mathrm|mbox|textrm)\s*\{\s*(?:(?P<otherwise>(?:sinon|autrement|sonst|andernfalls|altrimenti"
    r"|caso contr[aá]rio|en otro caso|en caso contrario|de lo contrario|senão|иначе|в противном случае"
    r"|그\s*외(?:의 경우|에는?)?"
    r"|그렇지 않으면|나머지|아니면|その他|それ以外|其他|否则|otherwise)\s*[.,;]?\s*\})"
    r"|(?:si|pour|falls|wenn|für|se|quando|cuando|para|если|при|for|when|where)(?=[\s}]))",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"\\in(?=\s*\\(?:mathbb|mathcal|mathscr|R)(?![A-Za-z]))")  # = XW + b \in \mathbb{R}^{n \times d}
_DISTRIBUTED = re.compile(r"\\sim(?=\s*(?:\\mathcal\s*\{?\s*)?N(?![A-Za-z]))")  # = z \sim N(0, 1)
_OVER = re.compile(r"\\over(?![A-Za-z])")
_UNWRAPPED = re.compile(r"\\(?:boxed|colorbox\{[^{}]*\}|textcolor\{[^{}]*\}|mathclap|smash|fbox)\s*(?=\{)")
_GLUED = re.compile(  # logD(x), log4, y_ilog\hat y
    r"(?:(?<![\\A-Za-z])|(?<=_[a-z]))(?P<name>log|ln|exp|max|min)(?=[A-Z({\d]|\\(?!_))"
    r"|(?:(?<![\\A-Za-z])|(?<=_[a-z])|(?<=(?<![\\A-Za-z])[a-z])|(?<=_[a-z][a-z]))(?P<before_a_letter>log|ln)(?=[a-rt-z](?![A-Za-z]))"
)  # y lna, p_ilogp_i
_VERBATIM = re.compile(r"\\verb(?P<mark>[|!+])(?P<of>[^|!+]*)(?P=mark)")
_BAR_OF_A_TABLE = re.compile(r"(?<![A-Za-z\\])(?P<of>[pPq]\s*\(\s*[^()|=]*?)\\\|(?=[^()|]*\))")  # p(x \| y)
_ESCAPED = re.compile(  # y\_i, as Markdown wants it
    r"(?P<text>\\(?:text\w*|mathrm|operatorname|mbox|label|tag|ref|url)\*?\s*\{[^{}]*\})|(?<=[\w})>⟩'’])\\_(?=[\w{\\])"
)
_REMARK_BEHIND = re.compile(
    r"\s*\\(?:text|mathrm|textrm|mbox|textit)\s*\{\s*[:：][^{}]*\}\s*$"
)  # \text{ : forget gate}
_IN_WORDS_BEHIND = re.compile(  # \\sigma(W x_t) (input gate)
    r"(?P<of>[)\]]|_\{?t\}{1,2})\s+\((?:\s*(?:\\(?:times|cdot|rightarrow)\s+)?[A-Za-z]{3,}){2,}\s*\)\s*$"
)
_NESTED = re.compile(r"\\(?P<which>begin|end)\{(?:cases|[bpvBV]?matrix|smallmatrix|rcases|dcases)\*?\}")
_BEFORE_A_NAME = re.compile(r"[.;:,]\s+|\s[-–—]\s|\s\((?![^()]*\)\s*$)|：|⇒|→|=>")
_INDENTED = re.compile(r"(?:\\q?quad(?![A-Za-z])\s*)+")
_WIDE_SPACE = re.compile(r"\\q?quad(?![A-Za-z])")
_IN_A_TEXT = re.compile(r"\\(?:text|mathrm|textrm|mbox|textit)\s*\{[^{}]*[A-Za-z]{3}")
_COLUMN = re.compile(r"(?<!\\)&")
_A_REMARK = re.compile(  # && \\text{forget gate}; &//&\\text{batch mean}
    r"\s*(?://)?\s*(?:\(?\s*\\(?:text|mathrm|textrm|mbox|textit|textsf)\s*\{[^{}$]*\}[\s.,;]*\)?)?\s*"
)
_EMPTY_COLUMN = re.compile(r"(?P<begun>\\begin\{[dr]?cases\*?\}|\\\\)\s*&(?=[^&]*&)")
_CONNECTIVES = r"where|with|and|or|for|if|when|so|then|otherwise|since|subject to|s\.t\."
_CONDITION = re.compile(r"\\(?:text|mathrm|textrm|mbox)\s*\{\s*(?:if|when|If|When|若|如果|当|만약)(?![A-Za-z])")
_BY_ROWS = re.compile(r"\\begin\s*\{(?:[dr]?cases|array|[bpvBV]?matrix)")
_CLAUSE = re.compile(
    r"\\q?quad(?![A-Za-z])|(?:~\s*|\\ \s*){4,}|,\s*\\[ ,;!]|,\s*\\q?quad|(?<!\\);(?!\w)|\\\s*(?=where\b)"
    rf"|\\(?:text|mathrm|textrm|mbox|textbf)\s*\{{\s*,?\s*(?:{_CONNECTIVES})\b[^{{}}]*\}}"
    r"|\\(?:Rightarrow|implies|Longrightarrow|iff|Leftrightarrow|rightarrow|to|forall|because|therefore)(?![A-Za-z])"
    r"|⇒|⟹|→"
)
_IN_WORDS_OF_ITS_OWN = re.compile(r"\s*(?:\\text|[\u4e00-\u9fff가-힣])")  # ,其中 p 是概率
_WORD_BREAKS = re.compile(
    r"(?<![\\A-Za-z{])(?:where|become|becomes|then|therefore|hence|thus|so|and|with|let|if|for)(?:\\ |\s)+(?![a-z]*\})"
)
_TEXT_COMMAND = re.compile(
    r"\\(?:text|mathrm|textrm|textbf|textit|mbox|operatorname|mathbf|boldsymbol|mathit|mathsf|mathtt|texttt|bf|rm)\*?\s*\{(?P<text>[^{}]*)\}"
)
_OF_ANOTHER_LANGUAGE = re.compile(r"[^\W\d_a-zA-ZͰ-Ͽ]")
_ONLY_A_FRACTION = re.compile(r"(?:\\(?:[dtc]?frac|[,;:! ])|[{}\s/÷+])*")
LIST_MARKS = re.compile(r"^(?:[\s>•◦▪·∙\-*+–—]+(?=[\s$`*\w\\])|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)+")
_SPAN = re.compile(
    r"\\?\$(?P<dollars>(?:\\.|[^$\\\n]|\\(?=\$)){1,900}?)\\?\$|``(?P<double>[^`]+)``|`(?P<code>[^`]+)`|\\?\\\((?P<round>.{1,900}?)\\?\\\)"
)
_ITALIC = re.compile(  # _z^{[1]} = W^{[1]}x + b^{[1]}_, a formula in italics
    r"(?<![\w\\}^\])])_(?P<italic>[^\W_](?:(?!\s_|_\s|\ue000).){2,120}?[^\s_=,，])_(?![\w{(\[])"
)
_IN_WORDS = re.compile(r"[A-Za-z가-힣]{3,} [A-Za-z가-힣]{2,}|[\u4e00-\u9fff\u3040-\u30ff]|[가-힣]{2,}")
_HOLD = "\ue000"
_HELD = re.compile("\ue000(\\d+)\ue001")
_NAME_BEHIND = re.compile(r"\s*(?P<of>[A-Za-z](?:_(?:\w|\{\w\}))?)\s*\\text\s*\{(?P<name>[\s-]\w+\s*)\}\s*")
_WORD_IN_BRACKETS = re.compile(r"^\s*\(\s*(?P<word>[A-Za-z가-힣][A-Za-z가-힣 -]{2,})\)\s*$")  # (Precision) = ...
#: A name with what says that the formula behind it is that: **Recall**:, the MSE is given by, 정밀도는.
_SAYS = re.compile(
    r"^(?P<name>.{1,60}?)(?:\s*(?::|：|=|\s[–—-]|\s(?:is|are|equals|as)(?:\s(?:just|simply|then))?"
    r"|\s(?:is\s)?(?:given by|defined as|calculated as|computed as|written as))\s*|\s?(?:는|은|이란|란)\s+)$",
    re.IGNORECASE,
)
#: A name right before a formula: "we use the softmax function $...$", "MSE ($...$)"; nothing of, or by, something.
_RIGHT_BEFORE = re.compile(
    r"^(?:.*\s(?:use|uses|using|call|called|define|defined|apply|applying|minimi[sz]e|minimi[sz]ing|compute|computes|have)\s+)?"
    r"(?:(?:the|a|an|our)\s+)?(?P<name>(?:(?!(?:of|by|in|to|for|and|or|with|from|as|is|are|than|not|if|the)\s)[^\W\d][\w-]*\s+){0,4}[^\W\d][\w'-]*)\s*\(?\s*$",
    re.IGNORECASE,
)
_OF_WORDS = re.compile(
    r"\\[dt]?frac.*(?:\\(?:text|mathrm)\s*\{\s*[^\W\d_]{3,}|(?<![A-Za-z\\])(?:MIN|MAX|MEAN|STD)(?![A-Za-z]))"
)
_UNEMPHASISED = re.compile(r"\*\*|__|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])|`")
_GOES_ON = re.compile(
    r"\s*(?:[-+*/^=<>≤≥×·∝]|\\(?!\()|\ue000|(?:times|divided|multiplied|plus|minus|of)\b|로\s나|를\s곱|을\s곱)"
)
_VERB = re.compile(
    r"^(?P<name>.{1,60}?)"
    r"(?:\s*(?::|：|\s(?:is|are|equals|is given by|is (?:defined|calculated|computed) as))\s+|(?:는|은|이란|란)\s+)"
    r"(?P<formula>.+)$"
)
_WORDS_OF_LETTERS = re.compile(r"[가-힣]+|\*\*|(?<![A-Za-z\\])[A-Za-z]{3,}\s+(?=[A-Za-z](?![A-Za-z]))")  # weight w
_TURNED = re.compile(
    r"[\s>-]*(?P<formula>[A-Za-z]\w*(?:\s*[*+/·×-]\s*[A-Za-z0-9]\w*)+)\s*=\s*(?P<name>[a-z])(?:\s*,.*|\s*\.?\s*)$"
)
_MARK_OF_WORDS = re.compile(r"^\s*(?:[*•]\s*(?=[^\W\d])|[-–—]\s+(?=[^\W\d]{4,}(?:\s[^*/^(+]*)?$))")
_OPERATES = re.compile(r"[*/^+]|\\frac|\\sum|\\log|√|·|×|∑|\d\s*-|-\s*\w|\w\s-\s\w|\\cdot|\\dfrac|\\sqrt|\(")
_WRITTEN_OUT = re.compile(r"\\(?:[dt]?frac|sum|prod|int|sqrt|begin)(?![A-Za-z])|[\^=]")  # no name of what stands beside
_CODE = re.compile(
    r"[\";]|'(?!\()|==|!="
    r"|\+=|-=|\*=|\b(?:(?:True|False)(?!\s+[A-Za-z])"  # and not True Positive
    r"|None|self|import|return|lambda|def|print|const|var|elif|in range)\b"
    r"|\w\.\w+\(|\w\[[^\]]*:[^\]]*\]|\b(?:np|torch|tf|nn|plt|pd|F|keras)\.\w|\b\w+\.\w+\s*=|\(\)|->|\{\w*:|\\n(?![A-Za-z])|//|^\s*#|\w=\w+,\s*\w+=|\[\w+\]\[|\bfor\s+\w+\s+in\b|::"
)
_PROSE_BEHIND = re.compile(
    r"\.(?:\s|$)|[,;]\s+(?=(?:[A-Za-z가-힣]{2,}[\s,.:]))|\s(?:where|for|if|with|and|when|which|that|is|are|as|in|of|from|on|or|the|to|so|because|means|gives|then)\s"
    r"|\s[-–—]{1,2}\s(?=[A-Za-z가-힣]{3,}\s)|\s\((?=[A-Za-z가-힣][^()*/+^=]*\s[^()*/+^=]*\)\s*\.?$)|\s:\s|\s?(?:이다|입니다|이며|이고|라고|라는|로\s|으로\s|일\s때)|[,.]$|⇒|=>|→|->|\s//|\s#|\s{4,}"
)
PARTIAL = r"(?:\\partial|\\delta|d|∂)"  # how a derivative is written, in patterns
_A_SPACE = re.compile(r"(?<!\\)\\ ")
_ASIDE = re.compile(  # \text{// a remark} at the end of a row
    r"(?:\\q?quad\s*)?\\(?:text|mathrm|textrm|mbox|textit)\s*\{\s*(?://|\\?[#%])[^{}]*\}\s*$|\s//[^{}]*$|\s\\?#\s[^{}]*$"
)
_REMARK = re.compile(r"\s(?://|#)\s.*$")
_NUMPY = re.compile(
    r"\b(?:np|numpy)\.(?=(?:dot|sum|exp|log|sqrt|matmul|multiply|mean|tanh|square|power|maximum|abs)\()"
)
_OF_A_GRADIENT = re.compile(r"[\s>*-]*d[AWZbawz](?:\w|\[\w(?:\s*-\s*1)?\])*\s*=|[\s>*-]*[A-Za-z]\w*\s*[+-]=")
_OVER_SAMPLES = re.compile(r"\bsum\(\s*(?P<of>d[A-Za-z](?:\w|\[\w\])*)\s*(?:,\s*(?:axis|keepdims|dim)\s*=\s*\w+\s*)+\)")
_IN_PLACE = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s*(?P<sign>[+-])=\s*(?P<by>[^=]+)$")
_HANGUL = re.compile("[가-힣]")
_IN_ONE_WORD = re.compile(r"(?<=[A-Za-z])_(?=[A-Za-z])")  # kernel_height
_WORDS = re.compile(r"[A-Za-z가-힣]{2,}")
_NUMBERS_ONLY = re.compile(
    r"^[\s\d.,eE+\-*/()%×·^\\${}≈~]*$|^[\s\d.,+\-*/()%×·{}]*(?:\\(?:cdot|times|ldots|dots|approx|infty|pm|%)[\s\d.,+\-*/()%{}]*)*$"
)
_COMPUTED = re.compile(  # \\lfloor\\frac{5-3}{1}\\rfloor + 1, \\frac{1}{1+e^{-0.37}}: of nothing but numbers
    r"(?=.*\d)(?:[\s\d.,+\-−*/()%×·^{}\[\]⌊⌋⌈⌉]|(?<![A-Za-z\\])e(?=\s*\^)|\\[,;:! ]"
    r"|\\(?:[dt]?frac|times|cdot|left|right|sqrt|[lr]floor|[lr]ceil|exp|[bB]igg?[lr]?)(?![A-Za-z])"
    r"|\\(?:log|ln)(?![A-Za-z])(?:\s*_\s*\{?\s*\d+\s*\}?)?)*(?:\\(?:text|mathrm)\s*\{[^{}\\]*\}\s*)?"
)
_ARGUMENTS = re.compile(r"(?<=[A-Za-z}])\s*\((?:[^()]|\([^()]*\))*\)")
_ONE_NAME = re.compile(
    r"^[\s{}()]*(?![A-Z]W[_^])(?:\\(?!frac|sqrt|sum|log|exp)[A-Za-z]+\s*)?(?:\{?[A-Za-z가-힣]*\}?)(?:_(?:\{[^{}]*\}|\w|\\[A-Za-z]+)|\^(?:\{[^{}\d]*\}|[A-Za-z*]|\\[A-Za-z]+)|')*[\s{}()]*$"
)


@frozen
class Equation:
    """``left = sides[0] = sides[1] ...`` on a line of a note.

    ``text`` is the equation as the judge reads it and ``written`` its sides as they stand in the note. ``label`` are
    words before it (``Chain rule:``). ``loose`` marks one whose left side is words from a sentence, which counts only
    where it is the name of a proof. ``approximate``: with ``≈`` for one of its signs. ``bare``: of a formula without a
    left side, for which the heading stands, or the name ``beside`` it; ``least`` is then what says that it is to be
    made small or large.
    ``conditional``: it holds where something is so, as in ``\\text{if } \\|g\\| > c``, which is not read.
    """

    line: int
    left: str
    sides: tuple[str, ...]
    relation: str = "="
    label: str = ""
    loose: bool = False
    heading: tuple[str, ...] = ()
    near: str = ""
    approximate: bool = False
    bare: bool = False
    conditional: bool = False
    least: str = ""
    beside: bool = False

    @property
    def text(self) -> str:
        """The equation in one line."""
        if self.bare:
            return f"{self.least} {self.sides[0]}".strip()
        first, *rest = self.sides
        return f"{self.left} {self.relation} " + " = ".join([first, *rest])


def equations(pieces: Sequence[Piece]) -> list[Equation]:
    """Every equation of a note's pieces, each once on a line, in their order."""
    found: dict[tuple[int, str], Equation] = {}
    for piece in pieces:
        conditional = _CONDITION.search(piece.text) is not None and not _BY_ROWS.search(piece.text)
        for equation in _of_display(piece) if piece.kind == "display" else _of_line(piece):
            equation = replace(equation, conditional=True) if conditional else equation
            found.setdefault((equation.line, re.sub(r"\s+", "", equation.text)), equation)
    return sorted(found.values(), key=lambda equation: equation.line)


# --- LaTeX -------------------------------------------------------------------------------------


def _of_display(piece: Piece) -> Iterator[Equation]:
    text = _plainer(piece.text).strip().rstrip(".,;")
    if len(text) <= LONGEST and _OPERATES.search(text):
        yield from _without_a_left_side(piece, piece.line, text)
    yield from _of_latex(piece, piece.line, piece.text)


def _without_a_left_side(piece: Piece, line: int, text: str) -> Iterator[Equation]:
    """A formula that is set for itself: no relation stands in it, unless inside of brackets and indices."""
    depths = bracket_depths(text)
    if piece.heading and not any(depths[found.start()] == 0 for found in _HAS_A_RELATION.finditer(text)):
        least = _LEAST.match(text)
        whole = text[least.end() :] if least else text
        yield Equation(
            line,
            piece.heading[0],
            (whole.strip(),),
            loose=True,
            heading=piece.heading,
            near=piece.near,
            bare=True,
            least=least[0].strip() if least else "",
        )


def what_is_least(equation: Equation) -> Equation | None:
    r"""The formula that is made small or large: of ``\theta^* = \arg\min_\theta J(\theta) + \lambda \|\theta\|^2``."""
    least = _LEAST.match(equation.sides[-1].lstrip())
    if least is None or equation.bare or not equation.heading:
        return None
    rest = equation.sides[-1].lstrip()[least.end() :].strip()
    if rest[:2] == "\\{" and rest[-2:] == "\\}":
        rest = rest[2:-2]
    return replace(equation, left=equation.heading[0], sides=(rest,), loose=True, bare=True, least=least[0].strip())


def holds_a_relation(text: str) -> bool:
    """Whether there is a relation in a formula, be it inside of brackets or below a sum."""
    return _HAS_A_RELATION.search(text) is not None


def _of_latex(piece: Piece, line: int, text: str, label: str = "") -> Iterator[Equation]:
    """The equations in LaTeX of several rows; one that begins with a relation or a sign goes on with the one before."""
    if len(text) > 20 * LONGEST:
        return
    plain = _plainer(text)
    if not _RELATION.search(plain):
        return
    for found in (*_STACKED.finditer(text), *_NAMED_BELOW.finditer(text)):  # a part with its name below
        part, name = found["first"].strip(), re.sub(r"\\(?:text|mathrm)\s*|[{}]", "", found["second"]).strip()
        if re.fullmatch(r"[A-Za-z]{4,}(?:\s?[a-z]+)?(?:\^?2)?", name) and not _top_relations(part):
            yield from _equation(piece, line + text.count("\n", 0, found.start()), f"{name} = {part}", label)
    whole: list[tuple[int, str]] = []
    for number, row in _rows(line, plain):
        row = _without_columns(row).strip()
        indented = _INDENTED.match(row)
        row = _without_a_remark(_ASIDE.sub("", row[indented.end() :] if indented else row))
        if not row:
            continue
        begins = _RELATION.match(row)
        goes_on = (indented or re.match(r"[+\-]|\\(?:cdot|times|odot)(?![A-Za-z])", row)) and not _top_relations(row)
        awaited = whole and _ENDS_OPEN.search(whole[-1][1]) is not None
        if whole and (begins or goes_on or awaited):
            whole[-1] = whole[-1][0], f"{whole[-1][1]} {row}"
        elif not begins:
            whole.append((number, row))
    for number, row in whole:
        for clause in _clauses(row):
            yield from _equation(piece, number, clause, label)


def _without_a_remark(row: str) -> str:
    """A row without the words that say behind it what was done: ``= E[x] \\quad (\\text{by definition})``."""
    first = _split(row, _WIDE_SPACE)[0]
    rest = row[len(first) :]
    remark = _top_relations(first) and _IN_A_TEXT.search(rest) and not _top_relations(rest)
    return first if remark else row


def _without_columns(row: str) -> str:
    """A row without the marks of its columns, and without columns of words behind what it states.

    Those in ``cases`` and matrices part what stands there.
    """
    *columns, last = _split(row, _COLUMN)
    while _A_REMARK.fullmatch(last) and any(map(_top_relations, columns)) and not _ENDS_OPEN.search(columns[-1]):
        row = row[: len(row) - len(last) - 1]
        *columns, last = columns
    parts, inside, at = [], 0, 0
    for found in _NESTED.finditer(row):
        part = row[at : found.start()]
        parts += [part if inside > 0 else part.replace("&", " "), found[0]]
        inside += 1 if found["which"] == "begin" else -1
        at = found.end()
    parts.append(row[at:].replace("&", " "))
    return _EMPTY_COLUMN.sub(r"\g<begun>", "".join(parts))


def _plainer(text: str) -> str:
    """LaTeX without what only decorates: numbers of equations, colours, boxes, braces with a text below."""
    text = _VERBATIM.sub(r"\\text{\g<of>}", _BAR_OF_A_TABLE.sub(r"\g<of>|", text))
    text = _ESCAPED_BRACKET.sub(r"\g<size>\g<bracket>", _END_OF_A_ROW.sub(r"\\\\", text.translate(_WIDE)))
    text = _NUMBER_BEHIND.sub("", _APART.sub(":", _MARKS_INSIDE.sub(" ", text)))
    text = _OLD_FONT.sub(_new_font, text)
    text = _TRIANGLE.sub(r"\\nabla ", _ONE_OF.sub("=", text))
    text = _BY_CASES.sub(r"\\begin{cases}\g<rows>\\end{cases}", _ESCAPED.sub(lambda found: found["text"] or "_", text))
    text = _CASES.sub(_in_two_columns, text)
    text = _DOT.sub(r"\\cdot ", _NO_TEXT.sub(" ", _SPACE.sub(r"\\quad ", _ABOVE.sub("=", text))))
    text = _over(text).replace("\\micro", "\\mu").replace("\\varsigma", "\\sigma")
    text = _SUM_AND_LETTER.sub(r"\g<sign> ", _BRACED_SIGN.sub(r"\g<sign> ", text))
    text = _BRACED_LETTER.sub(r" \g<letter> ", text)
    text = _EMPTY_SCRIPT.sub(" ", _GLUED.sub(lambda found: f" \\{found['name'] or found['before_a_letter']} ", text))
    text = _one_bar(_PRIME_APART.sub(lambda found: "'" if found[0].strip() else "", text))
    for _ in range(3):
        before = text
        text = _TWICE_BRACED.sub(r"{\g<inside>}", _STACKED.sub(_unstacked, _unbraced(text)))
        if text == before:
            break
    text = _ALONE_IN_BRACES.sub(r"\g<before>\g<name>", _DROPPED.sub(" ", _unwrapped(text)))
    return _BRACED_BRACKET.sub(r"\g<bracket>", text)


def _new_font(found: re.Match[str]) -> str:
    """A letter in a font, as LaTeX wants it today."""
    font = found["font"] or found["loose"]
    return rf"\math{font}{{{(found['braced'] or found['rest'] or found['behind'] or '').strip()}}}"


def _in_english(found: re.Match[str]) -> str:
    return "\\text{otherwise}" if found["otherwise"] else "\\text{if "


def _in_two_columns(found: re.Match[str]) -> str:
    """Cases whose rows are tables of their own, or have a wide space between a value and its condition."""
    rows = _IN_CASES.sub(_in_english, _TABLE_INSIDE.sub(" ", found["rows"]))
    apart = (row if "&" in row else _WIDE_SPACE.sub("&", row, count=1) for row in rows.split("\\\\"))
    return found["begun"] + "\\\\".join(apart) + found["end"]


def _one_bar(text: str) -> str:
    r"""With one sign for two, ``\|\| x \|\|``, where the first one is two: not between ``\|a\|\|b\|``."""
    first, two = text.find("\\|"), _TWO_BARS.search(text)
    text = _TWO_BARS.sub(r"\\| ", text) if two and two.start() == first else text
    return _TWO_LINES.sub(r"\\| ", text)


def _over(text: str) -> str:
    r"""With ``\frac`` for ``{a \over b}``: the braces around it say what is above and what below."""
    for _ in range(min(MOST_OVER, len(_OVER.findall(text)))):
        found, depths = _OVER.search(text), bracket_depths(text)
        if found is None or (depth := depths[found.start()]) <= 0:
            return text
        outside = [place for place, inside in enumerate(depths) if inside < depth and text[place] in "{}"]
        begun = max((place for place in outside if place < found.start()), default=-1)
        end = next((place for place in outside if place > found.start()), -1)
        if begun < 0 or end < 0:
            return text
        above, below = text[begun + 1 : found.start()], text[found.end() : end]
        text = f"{text[:begun]}\\frac{{{above}}}{{{below}}}{text[end + 1 :]}"
    return text


def _unbraced(text: str) -> str:
    r"""LaTeX without braces below and above its parts, and without what they say: ``\underbrace{a}_{\text{b}}``."""
    while (found := _BRACE.search(text)) is not None:
        end = _closed(text, found.end())
        body, behind = text[found.end() : end], text[end:]
        if (script := _BELOW_A_BRACE.match(behind)) is not None:
            said = script.end()
            behind = behind[_closed(behind, said) if behind[said : said + 1] == "{" else said :]
        if body.count("(") != body.count(")"):  # \underbrace{\left. D(x) \right)}, whose bracket opens before it
            body = body[1:-1]
        text = f"{text[: found.start()]}{body}{behind}"
    return text


def _closed(text: str, begun: int) -> int:
    """The place behind the group whose brace opens at ``begun``; the end where it is not closed."""
    depth = 0
    for place in range(begun, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place + 1
    return len(text)


def _unwrapped(text: str) -> str:
    """LaTeX without the boxes around its parts, and without the braces of these."""
    while found := _UNWRAPPED.search(text):
        end = _closed(text, found.end())
        text = f"{text[: found.start()]} {text[found.end() + 1 : end - 1]} {text[end:]}"
    return text


def _unstacked(found: re.Match[str]) -> str:
    """What stands for a stack: the formula, where the other part is words; the name below ``min``."""
    first, second = found["first"].strip(), found["second"].strip()
    if first in ("min", "max", "\\min", "\\max", "argmin", "argmax"):
        return " "
    if second in ("min", "max", "\\min", "\\max"):
        return " "
    return f"{{{first}}}" if re.fullmatch(r"[A-Za-z]{3,}(?:\^?\d)?", second) else f"{{{second}}}"


def _rows(line: int, text: str) -> Iterator[tuple[int, str]]:
    """The rows of a display with their lines: cut at a double backslash outside of braces and matrices."""
    depth, nested, begun, number, first = 0, 0, 0, line, line
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            environment = _NESTED.match(text, position)
            if environment:
                nested += 1 if environment["which"] == "begin" else -1
                position = environment.end()
                continue
            if text.startswith("\\\\", position) and depth <= 0 and nested <= 0:
                yield first, text[begun:position]
                position += 2
                skipped = re.compile(r"\*?(?:\[[^\]\n]{1,8}\])?").match(text, position)
                begun = position = skipped.end() if skipped else position
                first = number + (1 if text[position : position + 2].lstrip(" \t").startswith("\n") else 0)
                continue
            position += 2
            continue
        if character == "\n":
            number += 1
            if depth <= 0 and nested <= 0 and _ends_here(text[begun:position], text[position + 1 : position + 200]):
                yield first, text[begun:position]
                begun = position + 1
            if not text[begun:position].strip():
                first = number
        depth += (character == "{") - (character == "}")
        position += 1
    yield first, text[begun:]


def _ends_here(row: str, rest: str) -> bool:
    """Whether a row ends with its line: an equation is whole, and another one begins on the next."""
    following = rest.split("\n", 1)[0].replace("&", "").strip()
    if (
        not following
        or not _top_relations(row)
        or row.rstrip().endswith(("=", "+", "-", "\\cdot", "\\times", ",", "("))
        or _ENDS_IN_A_SUM.search(row)
    ):
        return False
    relation = next(iter(_top_relations(following)), None)
    return (
        relation is not None
        and relation.start() > 0
        and following[0] not in "+-=&)"
        and row.count("(") == row.count(")")
    )


def _clauses(row: str) -> Iterator[str]:
    """The statements of one row: ``a = b,\\quad c = d`` are two."""
    for part in (part for clause in _split(row, _CLAUSE) for part in _split(clause, _WORD_BREAKS)):
        pieces = _split(part, re.compile(r"(?<!\\),"))  # and not at a thin space, p_a\\, r_a
        joined: list[str] = []
        for piece in pieces:
            relations = _top_relations(piece)
            starts = bool(relations) and len(piece[: relations[0].start()].strip()) > 0
            if joined and not starts:
                joined[-1] += (
                    "," + piece if _top_relations(joined[-1]) and not _IN_WORDS_OF_ITS_OWN.match(piece) else ""
                )
            else:
                joined.append(piece)
        yield from (piece.strip() for piece in joined if _top_relations(piece))


def _split(text: str, marks: re.Pattern[str]) -> list[str]:
    """A text cut at marks that stand outside of all brackets."""
    depths = bracket_depths(text)
    cuts, begun = [], 0
    for found in marks.finditer(text):
        if depths[found.start()] <= 0:
            cuts.append(text[begun : found.start()])
            begun = found.end()
    return [*cuts, text[begun:]]


def bracket_depths(text: str) -> list[int]:
    """How many brackets, and environments such as ``cases``, are open before each character."""
    depth, found = 0, []
    begun = {place.start(): 1 if place["which"] == "begin" else -1 for place in _NESTED.finditer(text)}
    for place, character in enumerate(text):
        depth += begun.get(place, 0)
        if character in ")]}":
            depth -= 1
        found.append(depth)
        if character in "([{":
            depth += 1
    return found


def _top_relations(text: str) -> list[re.Match[str]]:
    """The relations outside of all brackets; that below a sum separates nothing."""
    depths = bracket_depths(text)
    return [found for found in _RELATION.finditer(text) if depths[found.start()] == 0]


def _equation(piece: Piece, line: int, clause: str, label: str = "") -> Iterator[Equation]:
    """The equation of a clause, if it is one that states something; of a derivation, each of its sides for itself."""
    relations = _top_relations(clause)
    if len(relations) > 1 and (len(clause) > LONGEST or len(relations) > MOST_SIDES):
        places = [*(found.start() for found in relations), len(clause)]
        for begun, end in itertools.pairwise(places):
            yield from _equation(piece, line, clause[: places[0]] + clause[begun:end], label)
        return
    if not relations or len(clause) > LONGEST:
        return
    ends = [*(found.start() for found in relations[1:]), len(clause)]
    left = clause[: relations[0].start()]
    parts = [clause[found.end() : end].strip() for found, end in zip(relations, ends, strict=True)]
    sides = [_A_SPACE.sub(" ", part).strip().rstrip(".,;:\\ ") for part in parts]
    sides[-1] = _split(sides[-1], re.compile(r"(?<!\\):(?!=)"))[0].strip()  # what follows a colon explains
    sides = [_REMARK_BEHIND.sub("", _WORDS_BEHIND.sub("", side)) for side in sides]
    sides = [_split(_IN_WORDS_BEHIND.sub(r"\g<of>", side), _MEMBER)[0].strip().rstrip(",") for side in sides]
    sides = [side if "," in (first := _split(side, _DISTRIBUTED)[0]) else first.strip() for side in sides]
    if len(sides) == 1 and (named := _IN_A_NAME.fullmatch(sides[0])) and _OPERATES.search(left):  # ... = precision
        left, sides = named["name"] or named["bare"], [left]
    sides = [side for side in sides if side.strip(" .…") and not re.fullmatch(r"\\[a-z]*dots", side.strip())]
    sides = [side for side in sides if not _is_in_other_words(side)] or sides
    left, words = _left(left)
    label = f"{label} {words}".strip()
    sides = [side for side in sides if not _says_nothing(side)]
    if (
        not left
        or not sides
        or not re.search("[^\\W\\d_]", re.sub(r"\\[A-Za-z]+(?=\s*[{(\d])|\\(?:times|cdot)", "", left))
    ):
        return
    relation = "\\leftarrow" if relations[0]["arrow"] else "="
    about = any(_ABOUT.search(found[0]) for found in relations)
    yield Equation(line, left, tuple(sides), relation, label, heading=piece.heading, near=piece.near, approximate=about)


def _is_in_other_words(side: str) -> bool:
    r"""Whether a side is a fraction of words of another language, ``\frac{\text{正解数}}{\text{全事例数}}``, which are
    read by nobody here: it says what the next side does."""
    words = _TEXT_COMMAND.sub(" ", side)
    foreign = any(_OF_ANOTHER_LANGUAGE.search(found["text"]) for found in _TEXT_COMMAND.finditer(side))
    return foreign and _ONLY_A_FRACTION.fullmatch(words) is not None


def _says_nothing(side: str) -> bool:
    """A number, a computation of numbers, or a single name: a value, which defines nothing."""
    return (
        bool(_NUMBERS_ONLY.match(side))
        or bool(_COMPUTED.fullmatch(side))
        or bool(_ONE_NAME.match(side))
        or _is_a_list(side)
    )


def _is_a_list(side: str) -> bool:
    """Whether a side only counts up: ``x_1, \\ldots, x_n``, and not ``p(x_1) \\cdots p(x_n | x_1, \\ldots)``."""
    outside = _ARGUMENTS.sub("", side)
    return "\\ldots" in outside and "," in outside


def _left(left: str) -> tuple[str, str]:
    """The name that a left side gives, and the words before it: ``Chain\\ rule:\\ p(x)`` is p(x)."""
    text = re.sub(r"\\[ ,;:!]|~", " ", left)
    text = re.sub(
        r"^\s*(?:\\(?:bullet|cdot|therefore|because|Rightarrow|implies|to|qquad|quad|item)(?![A-Za-z])|[•·∙])",
        " ",
        text,
    )
    *before, text = _split(text, re.compile(":"))
    words = " ".join(before)
    pieces = [piece for piece in re.split(r"\\text\s*\{([^{}]*\s[^{}]*)\}", text) if piece.strip()]
    if (last := _NAME_BEHIND.fullmatch(text)) is not None:  # F_1\text{ score}
        text = f"{last['of']} {last['name'].strip()}"
    elif len(pieces) > 1 and all(bracket_depths(text)[found.start()] == 0 for found in re.finditer(r"\\text", text)):
        words, text = f"{words} {' '.join(pieces[:-1])}", pieces[-1]
    text = text.strip()
    run = re.match(r"(?P<words>(?:[A-Za-z가-힣'.,-]{2,}\s+){1,}(?:[a-z]{2,}\s+)*)(?P<name>\S.*)$", text)
    if (
        run
        and not re.match(r"[A-Za-z가-힣-]{2,}(?:\s|$)", run["name"])
        and not re.search(r"(?:\\[A-Za-z]+|(?<![A-Za-z])(?:cos|sin|tan|tanh|log|ln|exp))\s*$", run["words"])
    ):
        words, text = f"{words} {run['words']}", run["name"]
    text = (
        re.sub(
            r"^\\(?:min|max|arg\s*\\?(?:min|max))(?![A-Za-z])\s*(?:_\{[^{}]*\}|_\w|_\\\w+(?:\{[^{}]*\})?)?\s*(?=\\(?:min|max)|\S)",
            "",
            text,
        )
        if re.match(r"\\(?:min|max)", text) and re.search(r"[A-Z]\s*\(", text)
        else text
    )
    text = re.sub(r"^\\(?:min|max)\s*(?:_\{[^{}]*\}|_\w)?\s*(?=[A-Z]\s*\()", "", text)
    text = _WORD_IN_BRACKETS.sub(r"\g<word>", text)
    return text.strip().strip(",.;"), words.strip()


# --- lines of text -----------------------------------------------------------------------------


#: Copied from a page that shows formulas: as it looks, its source, and as it looks once more, with nothing between.
_COPIED = re.compile(
    r"(?P<name>(?<![A-Za-z])[A-Za-z]\w*)=(?P<shown>[^$\\]+?)(?P=name) = (?P<source>[^$]*?\\[^$]*?)(?P=name)=[^$\\]+$"
)


def _of_line(piece: Piece) -> Iterator[Equation]:
    """The equations in a line of text: LaTeX and code in it, plain formulas, a formula after its name."""
    spans: list[str] = []
    codes: set[int] = set()

    def hold(found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        body = found[kind]
        if kind == "italic" and (not _top_relations(body) or _IN_WORDS.search(body)):
            return found[0]
        if kind in ("double", "code"):
            codes.add(len(spans))
            body = _unprefixed(body)
        spans.append(body.strip())
        return f"{_HOLD}{len(spans) - 1}\ue001"

    text = _COPIED.sub(r"$\g<name> = \g<source>$", piece.text)
    held = _unprefixed(_ITALIC.sub(hold, _SPAN.sub(hold, text)))
    if held.count("|") >= 2 and (held.lstrip().startswith("|") or held.rstrip().endswith("|")):
        yield from _of_table(piece, held, spans, codes)
        return
    stated: set[int] = set()
    for found in _HELD.finditer(held):
        number = int(found[1])
        before = _bare(_HELD.sub(" ", held[: found.start()]))
        if number in codes and _is_code(spans[number]):
            stated.add(number)
        elif _top_relations(_plainer(spans[number]).lstrip(" =")):
            stated.add(number)
            yield from _of_latex(piece, piece.line, spans[number], before[-200:])
        elif _LEAST.match(spans[number]) and _OPERATES.search(spans[number]):
            yield from _without_a_left_side(piece, piece.line, _plainer(spans[number]))
        elif (equation := _beside_its_name(piece, held, found, spans)) is not None:
            if not equation.bare:
                stated.add(number)
            yield equation
    cut = "\ue002".join(re.split("|".join(f"\ue000{number}\ue001" for number in stated), held)) if stated else held
    for text in cut.split("\ue002"):
        yield from _of_words(piece, text, spans)


def _beside_its_name(piece: Piece, held: str, found: re.Match[str], spans: Sequence[str]) -> Equation | None:
    """A formula without a left side, of which the words before it say what it is; None where they do not.

    Where nothing parts it from the name, it may be no more than a part of what is spoken of: ``bare``.
    """
    formula = _plainer(spans[int(found[1])]).strip(" =.,;")
    if not _OPERATES.search(formula) or not _is_formula(formula) or _GOES_ON.match(held, found.end()):
        return None
    before = held[held.rfind("\ue001", 0, found.start()) + 1 : found.start()]
    if "=" in spans[int(found[1])][:1]:
        before += " = "
    clause = re.split(
        r"[.;,,，。、)）](?:\s+|$)|\s[-–—]\s(?=\S)", _UNEMPHASISED.sub("", LIST_MARKS.sub("", before.lstrip()))
    )[-1]
    says = _SAYS.match(clause)
    named = says or _RIGHT_BEFORE.match(clause)
    name = _name_at_end(_bare(named["name"])).strip(" ()") if named else ""
    if len(name) < 2:
        if not _OF_WORDS.search(formula):
            return None
        name, says = "", None  # its words may tell what it is
    return Equation(
        piece.line, name, (formula,), loose=True, heading=piece.heading, near=piece.near, bare=not says, beside=True
    )


def _of_words(piece: Piece, text: str, spans: Sequence[str]) -> Iterator[Equation]:
    """A formula in a line of text, with ``=`` or behind a name that ends with a colon or a verb."""
    if _is_code(text):
        return
    text = LIST_MARKS.sub("", text)
    relations = list(_RELATION.finditer(text)) or list(re.finditer("<-", text))

    def restored(part: str) -> str:
        return _HELD.sub(lambda found: " " + spans[int(found[1])] + " ", part)

    if relations:
        left, right = text[: relations[0].start()], text[relations[0].end() :]
        if (turned := _TURNED.match(_WORDS_OF_LETTERS.sub(" ", f"{left}={right}"))) is not None:  # x * w + b = z
            said = (" ".join(turned["formula"].replace("*", " ").split()),)  # an input of several numbers
            yield Equation(piece.line, turned["name"], said, heading=piece.heading, near=piece.near)
            return
        left, right = _bare(restored(left)), restored(_up_to_prose(right))
        parts = [
            _WORDS_BEHIND.sub("", _unmarked(part))
            for part in re.split(
                _RELATION.pattern.replace("?P<sign>", "?:").replace("?P<arrow>", "?:").replace("?P<near>", "?:"), right
            )
        ]
        name = re.sub(r"^(\w+)_(\w)([+-]\d)$", r"\1_{\2\3}", _name_at_end(left))  # W_t+1 in a line of text is W_{t+1}
        sides = tuple(part for part in parts if part and len(part) <= LONGEST and not _says_nothing(part))
        sides = (
            tuple(itertools.filterfalse(_is_prose, sides)) or sides
        )  # Sensitivity = true positive rate = TP/(TP + FN)
        if name and sides and not _is_prose(sides[0]):
            arrow = relations[0].groupdict().get("arrow") or relations[0][0] == "<-"
            yield Equation(
                piece.line,
                name,
                sides,
                "\\leftarrow" if arrow else "=",
                left[: -len(name)].strip(),
                loose=bool(_WORDS.search(name)) and " " in name,
                heading=piece.heading,
                near=piece.near,
                approximate=any(_ABOUT.search(found[0]) for found in relations),
            )
        return
    named = _VERB.match(text)
    if named:
        name, formula = _bare(restored(named["name"])), _unmarked(restored(_up_to_prose(named["formula"])))
        name = _name_at_end(name)
        if (
            name
            and _OPERATES.search(formula)
            and not _is_prose(formula)
            and not _says_nothing(formula)
            and len(formula) <= LONGEST
        ):
            yield Equation(piece.line, name, (formula,), loose=True, heading=piece.heading, near=piece.near)


def _of_table(piece: Piece, held: str, spans: Sequence[str], codes: set[int]) -> Iterator[Equation]:
    """The formulas in a row of a table; one without a left side is that of the row's first cell."""
    cells = [cell.strip() for cell in held.strip().strip("|").split("|")]
    name = _bare(_HELD.sub(lambda found: spans[int(found[1])], cells[0]))
    for place, cell in enumerate(cells):
        label = name if place else ""
        text = _HELD.sub(lambda found: " " + spans[int(found[1])] + " ", cell).strip(" *`")
        inside = list(_HELD.finditer(cell))
        if len(inside) > 1 and all(_top_relations(spans[int(found[1])]) for found in inside):
            for found in inside:
                yield from _of_latex(piece, piece.line, spans[int(found[1])], label)
        elif _top_relations(text):
            if not _is_code(text):
                yield from _of_latex(piece, piece.line, text, label)
        elif inside and (beside := [_beside_its_name(piece, cell, found, spans) for found in inside]) and any(beside):
            yield from filter(None, beside)
        elif (
            place
            and 0 < len(name) <= LONGEST_NAME
            and not _WRITTEN_OUT.search(name)
            and _OPERATES.search(text)
            and _is_formula(text)
        ):
            yield Equation(piece.line, name, (text,), loose=True, heading=piece.heading, near=piece.near)


def _is_formula(text: str) -> bool:
    """Whether a text without a left side may be a formula."""
    return not (_is_code(text) or _is_prose(text) or _says_nothing(text)) and len(text) <= LONGEST


def _bare(text: str) -> str:
    """A text without list marks, emphasis and spaces around it."""
    return _unmarked(LIST_MARKS.sub("", text.replace("**", "").replace("__", "")))


def _unmarked(text: str) -> str:
    """A side of a formula without emphasis and spaces around it: a minus that it begins with is its sign."""
    text = _MARK_OF_WORDS.sub("", text.replace("**", "").replace("__", ""))
    return text.strip(" \t`#>|,;&").removesuffix("*").removeprefix("* ").strip().removesuffix(".")


def _name_at_end(left: str) -> str:
    """The name that stands last before a relation: at most six words, none of them behind a full stop or comma."""
    last = _split(left, _BEFORE_A_NAME)[-1].strip()
    words = last.split()
    return " ".join(words[-6:]) if len(" ".join(words[-6:])) <= LONGEST_NAME else ""


def _up_to_prose(text: str) -> str:
    """A right side without the sentence behind it."""
    depths = bracket_depths(text)
    for found in _PROSE_BEHIND.finditer(text, 1):
        if depths[found.start()] <= 0 or found[0].strip() != "-":  # (input size - kernel size)
            return text[: found.start()]
    return text


def _is_code(text: str) -> bool:
    return bool(_CODE.search(_REMARK.sub("", text)))


def _unprefixed(text: str) -> str:
    """Code that computes a gradient, or a step, as the formula: ``dA = np.dot(W.T, dZ)``, ``x += v``."""
    if _OF_A_GRADIENT.match(text):
        text = _OVER_SAMPLES.sub(r"sum(\g<of>)", _NUMPY.sub("", text))
    if (step := _IN_PLACE.match(_REMARK.sub("", text))) is not None:
        sign, by = step["sign"], step["by"].strip()
        return f"{step['name']} = {step['name']} {sign} ({by})"
    return text


def _is_prose(text: str) -> bool:
    """Whether a side is words: as many that are no names of one letter as it has signs."""
    words = [
        word
        for word in _WORDS.findall(re.sub(r"\\[A-Za-z]+|\{[^{}]*\}", " ", _IN_ONE_WORD.sub("", text)))
        if word
        not in ("exp", "log", "ln", "sum", "max", "min", "sqrt", "softmax", "tanh", "sigmoid", "relu", "mean", "abs")
    ]
    signs = len(re.findall(r"[*/^+\-=·×√]|\\[A-Za-z]+", text))
    return len(words) > max(1, signs + 1)
