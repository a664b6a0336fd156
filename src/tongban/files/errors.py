"""Why an upload was refused. Invariant: each says what is wrong, why, and what to do next; what was filled in before stays."""

from __future__ import annotations

from tongban.kernel.errors import NotFoundError, TongbanError
from tongban.kernel.text import Text

_KINDS = {"pdf": Text("PDF", "PDF"), "jpg": Text("JPG 照片", "JPG picture"), "png": Text("PNG 图片", "PNG picture")}


class RefusedFileError(TongbanError):
    """The upload is not kept."""


class EmptyError(RefusedFileError):
    """No content."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="这个文件是空的，没有保存。请打开看看内容是否完好，再上传一次。",
                en="This file is empty and was not kept. Open it to see that its content is there, then upload it again.",
            )
        )


class OversizeError(RefusedFileError):
    """More bytes or more pixels than allowed."""

    status = 413


class TooManyBytesError(OversizeError):
    """More bytes than the question allows."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            Text(
                zh=f"文件有 {_megabytes(size)} MB，超过上限 {_megabytes(limit)} MB，没有保存。请缩小照片，或只上传需要的几页。",
                en=f"The file has {_megabytes(size)} MB; the limit is {_megabytes(limit)} MB, so it was not kept. Make the picture smaller, or upload only the pages needed.",
            )
        )


class TooManyPixelsError(OversizeError):
    """A picture larger than any camera or scanner makes."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(
            Text(
                zh=f"图片有 {width}×{height} 个像素，超过 6400 万，没有保存。请缩小后再上传。",
                en=f"The picture has {width}×{height} pixels, more than 64 million, so it was not kept. Make it smaller and upload it again.",
            )
        )


class TooManyPagesError(OversizeError):
    """More pictures than one paper may have pages."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            Text(
                zh=f"一份材料最多 {limit} 页，这次选了 {count} 页，没有保存。请分成几份，或先扫描成一个 PDF。",
                en=f"A paper has at most {limit} pages and {count} were chosen, so nothing was kept. Scan it as one PDF, or send fewer pages.",
            )
        )


class WrongKindError(RefusedFileError):
    """The content is of another kind than asked, whatever the name says."""

    status = 415

    def __init__(self, found: str | None, accept: tuple[str, ...]) -> None:
        wanted_zh, wanted_en = ("、".join(_KINDS[kind].zh for kind in accept), " or ".join(_KINDS[kind].en for kind in accept))
        found_zh, found_en = ("认不出的文件", "of no kind we know") if found is None else (_KINDS[found].zh, f"a {_KINDS[found].en}")
        super().__init__(
            Text(
                zh=f"按内容看，这是{found_zh}，这里收的是{wanted_zh}，没有保存。改文件名不能改变内容，请另存为{wanted_zh}再上传。",
                en=f"By its content this file is {found_en}; {wanted_en} is asked for, so it was not kept. Renaming does not change the content: save it as {wanted_en} and upload it again.",
            )
        )


class DamagedError(RefusedFileError):
    """Cut short or broken, so nobody could open it later."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="文件不完整或已损坏，打不开，没有保存。请重新拍照、扫描或导出，再上传一次。",
                en="The file is incomplete or damaged and cannot be opened, so it was not kept. Photograph, scan or export it again, then upload it.",
            )
        )


class PoisonedError(RefusedFileError):
    """The content could do something when opened, hides something, or is locked."""

    def __init__(self, reason: Text) -> None:
        super().__init__(
            Text(
                zh=f"{reason.zh}，没有保存。请把文件打印成新的 PDF，或拍照后上传。",
                en=f"{reason.en}, so it was not kept. Print it to a new PDF, or upload a photograph of it.",
            )
        )


class FileNotFoundForOwnerError(NotFoundError):
    """There is no such file, or it is another's."""

    def __init__(self) -> None:
        super().__init__(
            Text(zh="没有找到这个文件。请回到办件页，从那里打开。", en="There is no such file. Go back to the case and open it from there.")
        )


class LostContentError(TongbanError):
    """The row is there, its blob is missing or was altered: a backup must be consulted."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="文件内容与登记不符，已停止打开。请联系管理员从备份恢复。",
                en="The file's content differs from what was recorded, so it was not opened. Ask an administrator to restore it from backup.",
            )
        )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"
