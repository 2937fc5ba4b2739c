"""The package itself: unpacked elsewhere, everything in it can be imported with nothing around it.

Built once into ``build/package`` (half a minute) and taken from there while its sources are unchanged.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.profiles import starter_tags
from infra.package import RUNTIME, ZIP_LIMIT, build, is_current

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "package"
PROBE = Path(__file__).with_name("probe_package.py")
# Chalice's own runtime comes with app.py; these must wait until a request needs them.
NOT_AT_IMPORT = ("boto3", "opensearchpy", "jieba", "rjieba", "opencc", "pypinyin", "jinja2")

pytestmark = pytest.mark.package


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder of the built package."""
    if not is_current("dev", OUT):
        build("dev", OUT)
    return OUT


@pytest.fixture(scope="session")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package / "deployment.zip") as made:
        made.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def probed(unpacked: Path) -> dict[str, Any]:
    """What a Python that sees its own library and the unpacked zip only, in an empty environment, has to tell."""
    command = [sys.executable, "-I", "-S", "-B", str(PROBE), str(unpacked)]
    ended = subprocess.run(command, env={}, cwd=unpacked, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="session")
def template(package: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((package / "sam.json").read_text())
    return made


def test_app_and_every_handler_import_with_an_empty_environment(probed: dict[str, Any]) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    assert folders <= set(probed["handlers"])


def test_importing_the_entry_points_loads_no_client_and_no_dictionary(probed: dict[str, Any]) -> None:
    assert [name for name in NOT_AT_IMPORT if name in probed["imported_at_start"]] == []


def test_no_cold_start_has_to_compile(probed: dict[str, Any]) -> None:
    assert probed["without_bytecode"] == []


def test_the_tags_that_come_with_the_shop_are_in_it(probed: dict[str, Any]) -> None:
    assert probed["tags"] == len(starter_tags())


def test_every_module_of_the_package_imports(probed: dict[str, Any]) -> None:
    assert probed["failed_modules"] == {}


def test_the_dictionaries_the_zones_and_the_aws_descriptions_are_there(probed: dict[str, Any]) -> None:
    assert probed["zone"] == "Asia/Shanghai"
    assert probed["words"] == ["红色", "连衣裙"]
    assert probed["words_of_the_fallback"] == ["红色", "连衣裙"]
    assert probed["simplified"] == "连衣裙"
    assert probed["pinyin"] == ["lian", "yi", "qun"]
    assert {"dynamodb", "sqs", "sesv2"} <= set(probed["clients"])


def test_the_zip_holds_no_file_that_is_not_ours_or_a_dependency(unpacked: Path) -> None:
    assert {path.name for path in unpacked.glob("*.py")} <= {"app.py", "six.py", "typing_extensions.py"}
    assert not (unpacked / "tests").exists()
    assert not (unpacked / "infra").exists()


def test_the_zip_is_well_under_lambdas_limit(package: Path) -> None:
    assert (package / "deployment.zip").stat().st_size < ZIP_LIMIT / 2


def test_all_functions_share_one_zip_one_runtime_and_one_architecture(template: dict[str, Any]) -> None:
    shared = template["Globals"]["Function"]
    functions = [
        each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::Serverless::Function"
    ]
    # The API, a function for each schedule of app.py, and one for each folder.
    folders = list((ROOT / "functions").glob("*/handler.py"))
    assert len(functions) == 1 + len(app.event_sources) + len(folders)
    for function in functions:
        whole = {**shared, **function}
        # Not among the globals: `aws cloudformation package` would upload the folder in its place.
        assert function["CodeUri"] == "./deployment.zip"
        assert whole["Runtime"] == RUNTIME
        assert whole["Architectures"] == ["x86_64"]


def test_gzip_bodies_and_preflights_both_survive_api_gateway(template: dict[str, Any]) -> None:
    definition = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    assert definition["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    preflights = [path["options"] for path in definition["paths"].values() if "options" in path]
    assert preflights
    for preflight in preflights:
        # With */* binary, a mock integration without this answers 500.
        assert preflight["x-amazon-apigateway-integration"]["contentHandling"] == "CONVERT_TO_TEXT"


def test_intrinsics_in_the_policies_survive_packaging(template: dict[str, Any]) -> None:
    (policy,) = template["Resources"]["ApiHandlerRole"]["Properties"]["Policies"]
    assert '"Fn::ImportValue": {"Fn::Sub": "${Prefix}-catalog-table-arn"}' in json.dumps(policy)
