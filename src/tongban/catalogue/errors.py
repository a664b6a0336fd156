"""What may go wrong in the catalogue. Invariant: a city with a fault is never published, and its error carries every fault with its place."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.kernel.errors import ConflictError, NotFoundError, TongbanError
from tongban.kernel.text import Text
from tongban.rules.core.faults import Fault


class CityFaults(TongbanError):  # noqa: N818 - it is what it carries
    """The folder is not a sound city. `.faults` are all of them, by file, line and column."""

    status = 422

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            Text(
                zh="城市定义有 {n} 处错误，未发布，正在使用的版本不变；请逐处改正后再试。",
                en="The declared city has {n} faults. It was not published and the running version stays; correct them and try again.",
            ).format(n=len(self.faults))
        )


class StaleFolderError(ConflictError):
    """Somebody published since this folder was last in step with what runs."""

    def __init__(self, base: str, running: str) -> None:
        super().__init__(
            Text(
                zh="您改动所依据的版本（{base}）已不是现行版本（{running}）；请先取回现行版本，合并后再发布。",
                en="This folder was changed from version {base}, but {running} is running; fetch it, merge, and publish again.",
            ).format(base=base[:12] or "—", running=running[:12] or "—")
        )
        self.base = base
        self.running = running


class NotCarriedError(ConflictError):
    """The folder has other texts than the ones that were published at the desk meanwhile; neither may be lost."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(sorted(paths))
        super().__init__(
            Text(
                zh="工作台上发布的文件与城市文件夹里的不同：{paths}。请先取回工作台发布的文本，合并后再发布；都没有改动。",
                en="What was published at the desk differs from the folder: {paths}. Fetch the desk's texts, merge, and publish again; nothing was changed.",
            ).format(paths=", ".join(self.paths))
        )


class NoSuchPolicyError(NotFoundError):
    """No version of a policy has that hash, or it does not hold any more."""

    def __init__(self) -> None:
        super().__init__(
            Text(zh="没有这一版本的政策，或者它已经撤回。", en="There is no such version of a policy, or it was withdrawn already.")
        )


class NothingPublishedError(NotFoundError):
    """No city has been published yet."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="本市尚未发布任何定义；请由管理员运行 tongban publish。",
                en="No city has been published yet; an administrator must run “tongban publish”.",
            )
        )


class UnknownVersionError(NotFoundError):
    """No published version has that hash."""

    def __init__(self, hash_: str) -> None:
        super().__init__(
            Text(
                zh="没有发布过编号为 {hash} 的版本。",
                en="No version {hash} was ever published.",
            ).format(hash=hash_[:12])
        )


class VersionChangedError(TongbanError):
    """A stored version no longer reads to the hash under which it was published: the program or the stored text was changed."""

    status = 500

    def __init__(self, hash_: str) -> None:
        super().__init__(
            Text(
                zh="版本 {hash} 的存档读出后与发布时不一致，已停止使用；请管理员运行 tongban verify。",
                en="Version {hash} no longer reads as it was published and is not used; an administrator must run “tongban verify”.",
            ).format(hash=hash_[:12])
        )
