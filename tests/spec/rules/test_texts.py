"""`startsWith`, `endsWith`, `contains`: tests of a text; none is no. There are no patterns."""

from tests.spec.rules.tables import holds, refused


def test_the_three_text_tests():
    holds('t.w.startsWith("云")', "w:text | outcome\n 云川 | yes\n 川云 | no\n none | no\n ? | ? w")
    holds('t.w.endsWith("云")', "w:text | outcome\n 云川 | no\n 川云 | yes\n none | no\n ? | ? w")
    holds("t.w.contains(t.v)", "w:text | v:text | outcome\n abc | b | yes\n abc | d | no\n none | ? | no\n abc | ? | ? v\n ? | none | no")


def test_quotes_escapes_and_comments():
    holds("t.w == 'it\\'s'", "w:text | outcome\n it's | yes")
    holds('t.w == "\\u4e91\\u5ddd" // 云川', "w:text | outcome\n 云川 | yes")
    holds('// 先看名称\n t.w == "a" // then more\n', "w:text | outcome\n a | yes")
    holds('t.w == "// no comment"', "w:text | outcome\n // no comment | yes")


def test_what_a_text_does_not_do():
    refused('t.w.matches("[0-9]+")', "a rule has no patterns", w="text")
    refused("t.w.startsWith(5)", "startsWith takes text, not number", w="text")
    refused('startsWith(t.w, "a")', "write it as text.startsWith", w="text")
    refused('t.x.contains("a")', "contains takes text, not number", x="int")
    refused("size(t.x)", "size takes a text or a list, not number", x="int")
