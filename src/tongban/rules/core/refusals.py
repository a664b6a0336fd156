"""What CEL and other languages have and this one refuses, each with the reason and what to write instead.

Invariant: whatever is outside the subset is refused at load with one of these sentences; nothing is read as something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.kernel.text import Text

COUNT_ON_NEED: Final = Text(
    "规则里不能遍历列表；请在 needs 里声明 sum 或 count，再引用结果",
    "a rule does not loop over a list; declare a sum or a count on the need and use its result",
)
NO_FLOAT: Final = Text(
    "规则里没有浮点数；请写 5.5 这样的十进制数，金额写 yuan(5.5)",
    "there is no floating point in a rule; write a decimal such as 5.5, an amount as yuan(5.5)",
)
NO_TIMESTAMP: Final = Text(
    '规则只按日计算，没有时刻；请写 date("2026-06-30")，间隔用 days(n)、months(n)、years(n)',
    'a rule counts days and knows no instant; write date("2026-06-30"), and days(n), months(n) or years(n) for a span',
)
NO_DYNAMIC: Final = Text(
    "规则里没有类型转换，也没有动态类型；事实的类型在资源或表单里声明",
    "a rule converts no types and has no dynamic ones; a fact's type is declared by its resource or form",
)
NO_PATTERN: Final = Text(
    "规则里没有正则表达式；请用 startsWith、endsWith、contains，或在表单里声明格式",
    "a rule has no patterns; use startsWith, endsWith or contains, or declare the format on the form",
)
NO_MATH: Final = Text(
    "没有这个数学函数；可用 + - * / %、min、max、round_down、round_half_up",
    "there is no such mathematical function; there are + - * / %, min, max, round_down and round_half_up",
)
NO_TEXT_WORK: Final = Text(
    "规则不改写文字；可用 startsWith、endsWith、contains、size 判断",
    "a rule does not rewrite texts; it tests them with startsWith, endsWith, contains and size",
)
NO_OPTIONAL: Final = Text(
    "没有可选值的写法；请用 has(别名.名称) 判断是否有值",
    "there are no optional values; ask has(alias.name) whether a value is there",
)
NO_NULL: Final = Text(
    "没有 null；要判断是否有值，请写 has(别名.名称)",
    "there is no null; ask has(alias.name) whether a value is there",
)
NO_MAP: Final = Text("规则里没有映射 { } 和消息类型", "a rule has no maps { } and no messages")
NO_INDEX: Final = Text(
    "不能用 [ ] 取列表中的一项；请用 in 判断，或在 needs 里声明 sum、count",
    "a list has no [ ] access; test with in, or declare a sum or count on the need",
)
NO_PREFIX: Final = Text(
    "不支持字节串和原始字符串；请写普通引号里的文字",
    "bytes and raw strings are not supported; write the text in plain quotes",
)
NO_TRIPLE: Final = Text("不支持三引号文字；请用一对引号", "triple-quoted texts are not supported; use one pair of quotes")
NO_EXPONENT: Final = Text("不支持指数写法，请写全数字", "exponents are not supported; write the number out")
NO_HEX: Final = Text("不支持十六进制数", "hexadecimal numbers are not supported")
NO_UINT: Final = Text("没有无符号数，去掉末尾的 u", "there are no unsigned numbers; leave out the u")
NO_LEADING_ZERO: Final = Text(
    '数字不能以 0 开头；日期写 date("2026-06-30")，编号写在引号里',
    'a number does not begin with 0; write a date as date("2026-06-30"), a code in quotes',
)
NO_LEADING_DOT: Final = Text("名称和数字不能以点开头", "a name or number does not begin with a point")
NO_RESERVED: Final = Text("“{word}”是 CEL 的保留字，规则里没有它", "“{word}” is a reserved word of CEL, which a rule does not have")
NO_BACKTICK: Final = Text("不支持反引号名称", "names in backticks are not supported")

FUNCTIONS: Final[Mapping[str, Text]] = {
    **dict.fromkeys(("all", "exists", "exists_one", "existsOne", "map", "filter", "sum", "count", "reduce"), COUNT_ON_NEED),
    **dict.fromkeys(("transformList", "transformMap", "transformMapEntry", "sort", "sortBy", "distinct"), COUNT_ON_NEED),
    **dict.fromkeys(("flatten", "slice", "range", "reverse", "first", "last", "sets"), COUNT_ON_NEED),
    **dict.fromkeys(("double", "float"), NO_FLOAT),
    **dict.fromkeys(("timestamp", "duration", "now", "today", "getFullYear", "getMonth", "getDate"), NO_TIMESTAMP),
    **dict.fromkeys(("getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes"), NO_TIMESTAMP),
    **dict.fromkeys(("getSeconds", "getMilliseconds"), NO_TIMESTAMP),
    **dict.fromkeys(("int", "uint", "string", "bytes", "bool", "dyn", "type", "cel", "bind", "block"), NO_DYNAMIC),
    **dict.fromkeys(("matches", "find", "findAll", "regex"), NO_PATTERN),
    **dict.fromkeys(("math", "abs", "ceil", "floor", "round", "trunc", "sqrt", "greatest", "least", "sign"), NO_MATH),
    **dict.fromkeys(("pow", "isNaN", "isInf", "isFinite", "bitAnd", "bitOr", "bitXor", "bitNot"), NO_MATH),
    **dict.fromkeys(("charAt", "indexOf", "lastIndexOf", "join", "split", "replace", "substring"), NO_TEXT_WORK),
    **dict.fromkeys(("lowerAscii", "upperAscii", "trim", "format", "quote", "base64", "strings", "concat"), NO_TEXT_WORK),
    **dict.fromkeys(("optional", "of", "none", "ofNonZeroValue", "optMap", "optFlatMap", "orValue", "hasValue", "value"), NO_OPTIONAL),
    **dict.fromkeys(("or", "and", "not"), Text("请写 || && !", "write || && !")),
}

RESERVED: Final = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)

INSTEAD: Final[Mapping[str, str]] = {
    "=": "==",
    "<>": "!=",
    "&": "&&",
    "|": "||",
    "===": "==",
    "!==": "!=",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "（": "(",
    "）": ")",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "，": ",",
    "、": ",",
    "。": ".",
    "！": "!",
    "？": "?",
    "：": ":",
    "＝": "==",
    "＞": ">",
    "＜": "<",
    "＆": "&&",
    "｜": "||",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "％": "%",
}

WRITE_INSTEAD: Final = Text("这里不能写“{found}”，请写 {instead}", "“{found}” cannot stand here; write {instead}")
UNKNOWN_SIGN: Final = Text("规则里没有“{found}”这个符号", "there is no sign “{found}” in a rule")
