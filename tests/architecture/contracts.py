"""A contract for import-linter that holds for every resource folder, those to come included.

Within `services/<service>/<folder>/` imports go only downwards: routes, service, repository, schemas, domain. And no
folder reaches into another one's repository: what a sibling knows, it tells through its service.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

ROLES = ("domain", "schemas", "repository", "service", "routes")


class ResourceFolders(Contract):
    """Imports go downwards inside a resource folder, and never into a sibling's repository."""

    type_name = "resource_folders"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - the base class names it
        """Look at every direct import of a module in a resource folder."""
        broken = [
            (importer, imported)
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if breaks(importer, imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say each import that breaks it."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} must not import {imported}", bold=False)
        output.new_line()


def breaks(importer: str, imported: str) -> bool:
    """Whether one module's import of another goes upwards in a folder, or into a sibling's repository."""
    ours, theirs = importer.split("."), imported.split(".")
    if len(ours) != 4 or len(theirs) != 4 or ours[0] != "services" or ours[:2] != theirs[:2]:
        return False
    if ours[2] != theirs[2]:
        return theirs[3] == "repository"
    return ours[3] in ROLES and theirs[3] in ROLES and ROLES.index(ours[3]) < ROLES.index(theirs[3])
