"""What can go wrong when a city is started, kept or restored. Each error says what, why and the way out, in both languages."""

from __future__ import annotations

from tongban.kernel.errors import TongbanError


class HouseError(TongbanError):
    """The root of this room's errors."""


class PostgresMissingError(HouseError):
    """No PostgreSQL programs were found."""


class PostgresFailedError(HouseError):
    """PostgreSQL was found but did not do what was asked."""


class PortTakenError(HouseError):
    """Another program answers on the port."""


class FolderError(HouseError):
    """The data folder cannot be used: not writable, or no room."""


class AlreadyRunningError(HouseError):
    """Another process already runs this data folder's city."""


class NewerDataError(HouseError):
    """The data were written by a newer version of Tongban."""


class StartFailedError(HouseError):
    """A process of the city does not stay up."""


class BackupError(HouseError):
    """A backup is damaged, of another kind, or would overwrite a city."""
