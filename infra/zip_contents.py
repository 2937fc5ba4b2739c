"""What goes into the zip and what stays out: Lambda takes 50 MiB at most, and what is never imported only makes it slow."""

import ast
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Found in requirements' wheels and never imported by app.py or functions/ (a test imports everything from the zip).
LEFT_OUT: tuple[tuple[str, str], ...] = (
    ("jieba/lac_small/*", "jieba's neural model"),
    ("jieba/analyse/*", "jieba's keyword extraction"),
    ("jieba/posseg/*", "jieba's parts of speech"),
    ("jieba/finalseg/*.p", "jieba's tables for Jython"),
    ("grpc/*", "opensearch-py's gRPC transport"),
    ("grpcio-*.dist-info/*", "opensearch-py's gRPC transport"),
    ("google/*", "opensearch-py's gRPC transport"),
    ("protobuf-*.dist-info/*", "opensearch-py's gRPC transport"),
    ("opensearch/*", "opensearch-py's gRPC transport"),
    ("opensearch_protobufs-*.dist-info/*", "opensearch-py's gRPC transport"),
    ("boto3/data/*", "boto3's resource layer and examples"),
    ("boto3/examples/*", "boto3's resource layer and examples"),
    ("botocore/data/*/*/examples-1.json*", "boto3's resource layer and examples"),
    ("*.dist-info/RECORD", "lists of files"),
    ("*.data/*", "scripts"),
    ("*/__pyinstaller/*", "scripts"),
    ("*/tests/*", "tests"),
    ("*.pyi", "types"),
    ("*.pyc", "bytecode from the working tree"),
    ("*/", "folders"),
)
_OTHER_SERVICES = "botocore's descriptions of other services"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the zip."""

    name: str
    content: bytes
    is_executable: bool = False


def aws_services(wiring: Path = ROOT / "chalicelib" / "wiring") -> frozenset[str]:
    """The services that the modules of ``wiring`` make clients of: the only ones whose descriptions are packed."""
    trees = (ast.parse(module.read_text("utf-8")) for module in sorted(wiring.glob("*.py")))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return frozenset(
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "_client"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )


def reason_to_leave_out(name: str, services: frozenset[str]) -> str | None:
    """Why the file ``name`` of Chalice's zip is not packed, or None when it is."""
    described = re.match(r"botocore/data/([^/]+)/", name)
    if described and described[1] not in services:
        return _OTHER_SERVICES
    return next((reason for pattern, reason in LEFT_OUT if fnmatchcase(name, pattern)), None)


def functions_of(root: Path = ROOT) -> Iterator[Entry]:
    """The sources of ``functions/``, which Chalice does not know of."""
    for path in sorted((root / "functions").rglob("*.py")):
        yield Entry(path.relative_to(root).as_posix(), path.read_bytes())


def repack(chalice_zip: Path, extra: Iterable[Entry], services: frozenset[str]) -> tuple[list[Entry], dict[str, int]]:
    """The entries to pack in the order of their names, and for each reason how many bytes (zipped) were left out."""
    kept = list(extra)
    left_out: dict[str, int] = {}
    with zipfile.ZipFile(chalice_zip) as given:
        for info in given.infolist():
            reason = reason_to_leave_out(info.filename, services)
            if reason is None:
                kept.append(Entry(info.filename, given.read(info), ".so" in info.filename))
            else:
                left_out[reason] = left_out.get(reason, 0) + info.compress_size
    return sorted(kept, key=lambda entry: entry.name), left_out


def with_bytecode(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` and the bytecode of every module among them, which a container could not keep: its disk is read-only.

    Unchecked: the sources beside it never change, and their dates in the zip mean nothing.
    """
    given = list(entries)
    with tempfile.TemporaryDirectory(prefix="zhaohui-bytecode-") as folder:
        for entry in given:
            if entry.name.endswith(".py"):
                path = Path(folder, entry.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(entry.content)
        command = [sys.executable, "-I", "-W", "ignore", "-m", "compileall", "-qq", "-s", folder, "-p", "/var/task"]
        # Not checked: wheels carry templates and old dialects that are no Python and are never imported.
        subprocess.run([*command, "--invalidation-mode", "unchecked-hash", folder], check=False)
        paths = Path(folder).rglob("*.pyc")
        compiled = [Entry(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
    return sorted([*given, *compiled], key=lambda entry: entry.name)


def write_zip(path: Path, entries: Iterable[Entry]) -> None:
    """The same entries always make the same bytes, so that an unchanged release is seen to be unchanged."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if entry.is_executable else 0o100644) << 16
            made.writestr(info, entry.content)


def missing_requirements(names: Iterable[str], requirements: str) -> list[str]:
    """The lines of ``requirements`` that did not come into the zip at that version: Chalice only warns of them."""
    packed = {
        (_normal(found[1]), found[2])
        for name in names
        if (found := re.match(r"([^/]+?)-([^/-]+)\.dist-info/METADATA$", name))
    }
    lines = (line.partition("#")[0].strip().partition("==") for line in requirements.splitlines())
    return [f"{name}=={version}" for name, _, version in lines if name and (_normal(name), version) not in packed]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
