"""A workbook's package, looked through before any of it is unpacked.

Invariants, each against a known attack: what unpacks to too much, has too many parts, is encrypted or has macros is refused; sizes come from the directory, to
which the unpacker holds every part; a part that declares a document type is refused where it is read, so no entity is ever expanded (ISO/IEC 29500-2
forbids document types in packages).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from tongban.exchange.core.sheets.source import refused
from tongban.exchange.errors import UnreadableFileError
from tongban.kernel.text import Text

MOST_PARTS: Final = 1_000
MOST_UNPACKED: Final = 250_000_000
MOST_OF_A_SMALL_PART: Final = 10_000_000
_CHUNK: Final = 262_144
_FAULTS: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, expat.ExpatError)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Say = Callable[[str], None]


def damaged() -> UnreadableFileError:
    """The error for a file that is not what it should be."""
    return refused("文件已损坏", "The file is damaged")


def opened(content: bytes) -> zipfile.ZipFile:
    """The package of a workbook that may be read. Raises UnreadableFileError."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (*_FAULTS, ValueError) as fault:
        raise damaged() from fault
    infos = package.infolist()
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _too_large()
    if any(info.flag_bits & 0x1 for info in infos):
        raise refused("文件设了密码", "The file has a password")
    _check_what_it_is([info.filename.lower() for info in infos])
    return package


def read_part(
    package: zipfile.ZipFile, name: str, start: Start, end: End | None = None, say: Say | None = None, *, small: bool = True
) -> bool:
    """Read a whole part; whether it is there. Raises UnreadableFileError."""
    if name not in package.NameToInfo:
        return False
    if small and package.getinfo(name).file_size > MOST_OF_A_SMALL_PART:
        raise _too_large()
    for _ in stream_part(package, name, start, end, say):
        pass
    return True


def stream_part(package: zipfile.ZipFile, name: str, start: Start, end: End | None, say: Say | None) -> Iterator[None]:
    """Read a part piece by piece, stopping after each. Raises UnreadableFileError. Elements are named without their prefix."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if say is not None:
        parser.CharacterDataHandler = say
    try:
        with package.open(name) as stream:
            while piece := stream.read(_CHUNK):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
    except (*_FAULTS, KeyError) as fault:
        raise damaged() from fault


def _no_document_type(*_: object) -> None:
    raise damaged()


def _too_large() -> UnreadableFileError:
    return refused(
        f"文件解开后太大（超过 {MOST_UNPACKED // 1_000_000} MB，或样式、文字表过大）",
        f"Unpacked, the file is too large (more than {MOST_UNPACKED // 1_000_000} MB, or its styles or texts are)",
        Text(
            "请只保留有数据的行，清除多余的格式，或分成几个文件上传。",
            "Keep the rows with data only, clear superfluous formats, or upload it in parts.",
        ),
    )


def _check_what_it_is(names: list[str]) -> None:
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refused("文件里有宏", "The file has macros")
    if any(name.endswith("xl/workbook.bin") for name in names) or "mimetype" in names:
        raise refused("这是另一种格式的表格（.xlsb 或 .ods）", "This is a spreadsheet of another format (.xlsb or .ods)")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise refused("这是压缩包或别的文件，不是 Excel 工作簿", "This is an archive or another file, no Excel workbook")
