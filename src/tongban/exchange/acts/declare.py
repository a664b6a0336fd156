"""Publishing declares what data the departments hold. The publishing's own ledger entry covers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db import transaction

from tongban.exchange.errors import UnknownConnectorError
from tongban.exchange.kinds import KINDS
from tongban.exchange.models import Resource
from tongban.kernel import clock
from tongban.kernel.text import Text
from tongban.rules.core import FactSpec


class DeclaredOption(Protocol):
    """One option of a choice."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...


class DeclaredItem(Protocol):
    """An item as the city's folder declares it."""

    @property
    def title(self) -> Text: ...
    @property
    def spec(self) -> FactSpec: ...
    @property
    def sensitivity(self) -> str: ...
    @property
    def options(self) -> Sequence[DeclaredOption]: ...


class DeclaredResource(Protocol):
    """A resource as the city's folder declares it."""

    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def key(self) -> str: ...
    @property
    def key_title(self) -> Text | None: ...
    @property
    def items(self) -> Mapping[str, Any]: ...
    @property
    def sharing(self) -> str: ...
    @property
    def updated(self) -> str: ...
    @property
    def connector(self) -> Mapping[str, str]: ...


def declare_resource(resource: DeclaredResource) -> None:
    """Keep a resource as declared; the same again changes nothing. Raises UnknownConnectorError."""
    _check_connector(resource)
    fields = {
        "department": resource.department,
        "zh": resource.title.zh,
        "en": resource.title.en,
        "key": resource.key,
        "key_title": {"zh": resource.key_title.zh, "en": resource.key_title.en} if resource.key_title else {},
        "items": {name: _item(item, at) for at, (name, item) in enumerate(resource.items.items())},
        "sharing": resource.sharing,
        "updated": resource.updated,
        "connector": dict(resource.connector),
    }
    with transaction.atomic():
        Resource.objects.update_or_create(pk=resource.id, defaults=fields | {"declared_at": clock.now()})


def _check_connector(resource: DeclaredResource) -> None:
    name = resource.connector.get("kind", "")
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownConnectorError(
            Text(
                f"“{resource.id}”的连接方式“{name}”未安装。可用：{'、'.join(KINDS)}。",
                f"“{resource.id}” is connected by “{name}”, which is not installed; there are: {', '.join(KINDS)}.",
            )
        )
    missing = sorted(kind.settings - resource.connector.keys())
    if missing:
        raise UnknownConnectorError(
            Text(f"“{resource.id}”的连接设置缺少：{'、'.join(missing)}。", f"The connector of “{resource.id}” lacks: {', '.join(missing)}.")
        )


def _item(item: DeclaredItem, at: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": at,
        "type": item.spec.type.describe(),
        "sensitivity": item.sensitivity,
        "zh": item.title.zh,
        "en": item.title.en,
    }
    options = {option.id: {"zh": option.label.zh, "en": option.label.en} for option in item.options}
    return {**told, "options": options} if options else told
