"""`licence` of a service: the licence that a change, an extension, a reissue or an ending is about; and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Final, Literal, cast

from tongban.catalogue.core.definition import CredentialType, Ends
from tongban.catalogue.core.reading.expressions import FactBook
from tongban.catalogue.core.reading.fields import Reader
from tongban.catalogue.core.reading.nodes import Mapping, Node, Scalar
from tongban.catalogue.core.words import ANY_LICENCE, HELD, LICENCE
from tongban.kernel.text import Text
from tongban.rules.core import FactSpec, TextType
from tongban.rules.core.faults import nearest

ENDS: Final = ("replaced", "withdrawn", "annulled", "cancelled", "revoked")
VALIDITIES: Final = ("new", "kept", "after")
CONTENTS: Final = ("facts", "kept")
_PRINTED: Final = FactSpec(TextType(2000), may_be_none=True)


def read_held(reader: Reader, node: Node | None, credentials: MappingOf[str, CredentialType], book: FactBook) -> str:
    """The kind of licence that a case may be about, or `any`; its facts join the book as `licence.…`."""
    if node is None:
        return ""
    page = reader.fields(node, Text("所涉证照", "the licence concerned"), ("credential",), ("number",))
    at = page.get("credential")
    book.specs.update(HELD)
    if isinstance(at, Scalar) and at.value == ANY_LICENCE:
        return ANY_LICENCE
    id_ = reader.reference("credential", at, Text("证照", "the credential"))
    kind = credentials.get(id_)
    if kind is None:
        book.doubtful.add(LICENCE)
        return id_
    for name, _, _ in kind.fields:
        if f"{LICENCE}.{name}" in HELD:
            zh = f"证照“{id_}”的“{name}”与原证自身的项目重名，请给证照项换个名字"
            reader.fault(
                node, Text(zh, f"the field “{name}” of the credential “{id_}” is named as a licence's own fact; name it otherwise")
            )
        else:
            book.specs[f"{LICENCE}.{name}"] = _PRINTED
    return id_


def read_number(reader: Reader, node: Node | None, book: FactBook) -> str:
    """`number` of `licence`: the fact with the number of a licence that was issued elsewhere; read once all needs and questions are known."""
    at = node.get("number") if isinstance(node, Mapping) else None
    fact = reader.string(at, Text("原证编号来自", "where the number comes from"), 100)
    if not fact or at is None or book.is_doubtful(fact):
        return fact
    spec = book.specs.get(fact)
    if spec is None:
        reader.fault(at, Text(f"没有“{fact}”这个事实", f"there is no fact “{fact}”"), nearest(fact, book.specs))
    elif not isinstance(spec.type, TextType):
        reader.fault(at, Text(f"“{fact}”不是文字", f"“{fact}” is no text"))
    book.read.setdefault(fact)
    return fact


def read_ending(reader: Reader, page: Mapping) -> dict[str, str]:
    """`ends`, `validity` and `content` of what a way gives."""
    ends = reader.one_of(page.get("ends"), Text("原证去向", "what becomes of the licence held"), ENDS, "")
    validity = reader.one_of(page.get("validity"), Text("新证有效期", "the new validity"), VALIDITIES, "new")
    content = reader.one_of(page.get("content"), Text("新证内容", "the new content"), CONTENTS, "facts")
    has_new = page.get("credential") is not None
    for key in ("validity", "content"):
        if key in page.entries and ends != "replaced":
            reader.fault(page.entries[key][0], Text(f"{key} 只用于换发（ends: replaced）", f"“{key}” goes with “ends: replaced” only"))
    if ends and has_new != (ends == "replaced"):
        at = page.entries["ends"][0]
        reader.fault(
            at,
            Text("换发要写新证 credential；其他去向不发新证", "“replaced” names the new credential; every other ending gives none"),
        )
    return {"ends": ends, "validity": validity, "content": content}


def as_ends(word: str) -> Ends:
    """The word, as the type that a definition keeps."""
    return cast(Literal["", "replaced", "withdrawn", "annulled", "cancelled", "revoked"], word)
