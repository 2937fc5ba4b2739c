"""Builds the deployable zip and template: ``python -m infra.package [--stage dev] [--out build/package]``.

``chalice package`` knows ``app.py`` and ``chalicelib/`` only. Here ``infra/app.yaml`` is merged over its template,
``functions/`` is added to its zip, what Lambda never imports is left out, bytecode is added, and cfn-lint reads both
templates.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.template import APP_TEMPLATE, DATA_TEMPLATE, read_template
from infra.zip_contents import (
    ROOT,
    Entry,
    aws_services,
    functions_of,
    missing_requirements,
    repack,
    with_bytecode,
    write_zip,
)

MIB = 1024 * 1024
ZIP_LIMIT = 50 * MIB
UNZIPPED_LIMIT = 250 * MIB
ZIP_NAME = "deployment.zip"
TEMPLATE_NAME = "sam.json"
MADE_FROM_NAME = "made-from.sha256"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


class PackagingFailed(Exception):
    """The package was not built; the message says why."""


def build(stage: str, out: Path) -> Path:
    """Build the package for ``stage`` in ``out`` and return the zip. Raises ``PackagingFailed``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / MADE_FROM_NAME).unlink(missing_ok=True)
    made_from = _digest_of_sources(stage)
    with tempfile.TemporaryDirectory(prefix="zhaohui-package-") as folder:
        _step(f"chalice package for {RUNTIME} on x86_64 (collects wheels: half a minute, the first time longer)")
        _chalice_package(stage, Path(folder))
        _step("leaving out what Lambda never imports, adding functions/")
        entries, left_out = repack(Path(folder) / ZIP_NAME, functions_of(), aws_services())
        template = _with_runtime(read_template(Path(folder) / "sam.yaml"))
    if missing := missing_requirements(
        (entry.name for entry in entries), (ROOT / "requirements.txt").read_text("utf-8")
    ):
        raise PackagingFailed(f"no wheel for {RUNTIME} on Lambda's Linux: {', '.join(missing)}")
    _step("compiling, so that no cold start has to")
    entries = with_bytecode(entries)
    write_zip(out / ZIP_NAME, entries)
    (out / TEMPLATE_NAME).write_text(json.dumps(template, indent=2, ensure_ascii=False) + "\n", "utf-8")
    _report(out / ZIP_NAME, left_out)
    _check_size(out / ZIP_NAME, entries)
    _step("cfn-lint on both templates")
    _lint(DATA_TEMPLATE, out / TEMPLATE_NAME)
    (out / MADE_FROM_NAME).write_text(made_from)
    return out / ZIP_NAME


def is_current(stage: str, out: Path) -> bool:
    """Whether ``out`` holds the package that ``build`` would make now."""
    note = out / MADE_FROM_NAME
    return (out / ZIP_NAME).exists() and note.exists() and note.read_text() == _digest_of_sources(stage)


def _digest_of_sources(stage: str) -> str:
    sources = [
        ROOT / "app.py",
        ROOT / "requirements.txt",
        *(ROOT / "infra").glob("*.*"),
        *(ROOT / ".chalice").glob("*.json"),
    ]
    for folder in ("chalicelib", "functions"):
        sources += [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    digest = hashlib.sha256(f"{stage} {RUNTIME}".encode())
    for path in sorted(sources):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _chalice_package(stage: str, out: Path) -> None:
    command = [_tool("chalice"), "package", "--stage", stage, "--merge-template", str(APP_TEMPLATE), str(out)]
    # Chalice asks for a region to name AWS's service principals; the template itself is good for any.
    environment = {"AWS_DEFAULT_REGION": "us-east-1", **os.environ}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    # Chalice keeps a zip of 50 MiB there for every state of the sources it ever saw.
    shutil.rmtree(ROOT / ".chalice" / "deployments", ignore_errors=True)
    if ended.returncode or not (out / ZIP_NAME).exists():
        raise PackagingFailed(f"chalice package failed:\n{(ended.stdout + ended.stderr).strip()[-3000:]}")


def _with_runtime(template: dict[str, Any]) -> dict[str, Any]:
    # Chalice gives its functions the version that runs it; ours share the zip and so its wheels.
    template["Globals"]["Function"]["Runtime"] = RUNTIME
    return template


def _lint(*templates: Path) -> None:
    ended = subprocess.run(
        [_tool("cfn-lint"), *map(str, templates)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ended.returncode or ended.stdout.strip():
        raise PackagingFailed(f"cfn-lint found:\n{ended.stdout}{ended.stderr}")
    print("    nothing found")


def _check_size(path: Path, entries: Sequence[Entry]) -> None:
    unzipped = sum(len(entry.content) for entry in entries)
    if path.stat().st_size > ZIP_LIMIT or unzipped > UNZIPPED_LIMIT:
        raise PackagingFailed(
            f"{path.stat().st_size / MIB:.1f} MiB zipped, {unzipped / MIB:.1f} MiB unzipped: "
            f"Lambda takes {ZIP_LIMIT // MIB} and {UNZIPPED_LIMIT // MIB}"
        )


def _report(path: Path, left_out: dict[str, int]) -> None:
    zipped: dict[str, int] = {}
    unzipped: dict[str, int] = {}
    with zipfile.ZipFile(path) as made:
        for info in made.infolist():
            package = info.filename.partition("/")[0]
            zipped[package] = zipped.get(package, 0) + info.compress_size
            unzipped[package] = unzipped.get(package, 0) + info.file_size
    print("    the ten biggest        zipped MiB  unzipped MiB")
    for package in sorted(zipped, key=zipped.__getitem__, reverse=True)[:10]:
        print(f"    {package:<24}{zipped[package] / MIB:>9.2f}{unzipped[package] / MIB:>14.2f}")
    print("    left out               zipped MiB")
    for reason in sorted(left_out, key=left_out.__getitem__, reverse=True):
        print(f"    {reason:<44}{left_out[reason] / MIB:>6.2f}")
    share = path.stat().st_size / ZIP_LIMIT
    print(
        f"    {path}: {path.stat().st_size / MIB:.1f} MiB ({share:.0%} of Lambda's {ZIP_LIMIT // MIB}), "
        f"{sum(unzipped.values()) / MIB:.1f} MiB unzipped"
    )


def _tool(name: str) -> str:
    """A command of the virtual environment that runs this."""
    return str(Path(sys.executable).with_name(name))


def _step(text: str) -> None:
    print(f"==> {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the package is built and clean, else 1 with the reason."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.package", description="Build the deployable zip and template."
    )
    parser.add_argument("--stage", default="dev", choices=["dev", "prod"])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "package")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        build(options.stage, options.out)
    except PackagingFailed as reason:
        print(f"packaging failed: {reason}", file=sys.stderr)
        return 1
    print(f"==> done in {time.monotonic() - began:.0f} s; how to deploy: docs/deploy.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
