"""What the registry refuses, by name.

Problem                      status  when
├── RegionNotFound             404   no such region, or not one the caller may write in
├── AlreadyExists              409   the id is in use
├── SlugTaken                  409   another thing of this kind in the region has the slug
├── Archived                   409   an archived thing is not edited
├── FixedField                 422   a field that never changes after creation
├── BrokenReference            422   it names something that is not there, or lies elsewhere
└── ImportRefused              422   a file with faults; nothing of it was stored
"""

from services.kit.problems import Conflict, Invalid, NotFound


class RegionNotFound(NotFound):
    slug, title = "region-not-found", "There is no such region among yours"


class AlreadyExists(Conflict):
    slug, title = "already-exists", "This id is in use"


class SlugTaken(Conflict):
    slug, title = "slug-taken", "Another one in this region has this slug"


class Archived(Conflict):
    slug, title = "archived", "It is archived and no longer edited"


class FixedField(Invalid):
    slug, title = "fixed-field", "This field cannot be changed"


class BrokenReference(Invalid):
    slug, title = "broken-reference", "It refers to something that is not there"


class ImportRefused(Invalid):
    slug, title = "import-refused", "The file has faults; nothing of it was stored"
