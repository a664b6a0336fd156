"""A contract: what is private to a room (its tables) is imported only from inside that room."""

from __future__ import annotations

from typing import Any

from importlinter import Contract, ContractCheck, fields, output


class OwnRoomOnly(Contract):
    """`private` names the module of each room that nobody outside may import."""

    type_name = "own_room_only"
    private = fields.StringField()

    def check(self, graph: Any, verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's signature
        trespasses = [
            (importer, module)
            for module in sorted(graph.modules)
            if self.private in module.split(".")[2:]
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if room_of(importer) != room_of(module)
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, module in check.metadata["trespasses"]:
            output.print_error(f"- {importer} may not import {module}")


def room_of(module: str) -> str:
    """`tongban.cases.acts.send` → `tongban.cases`; a face is a room of its own: `tongban.faces.desk.pages` → `tongban.faces.desk`."""
    parts = module.split(".")
    return ".".join(parts[:3] if parts[1:2] == ["faces"] else parts[:2])
