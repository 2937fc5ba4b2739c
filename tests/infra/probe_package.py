"""Run by ``test_package.py`` with ``python -I -S probe_package.py FOLDER``: imports all there is and tells as JSON."""

import importlib
import json
import logging
import pkgutil
import sys
import time
import zoneinfo
from pathlib import Path


def main(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    began = time.perf_counter()
    importlib.import_module("app")
    handlers = {}
    for path in sorted((folder / "functions").glob("*/handler.py")):
        module = importlib.import_module(f"functions.{path.parent.name}.handler")
        assert callable(module.handle)
        handlers[path.parent.name] = True
    told = {
        "handlers": list(handlers),
        "import_seconds": round(time.perf_counter() - began, 3),
        "imported_at_start": sorted(name for name in sys.modules if "." not in name),
        "without_bytecode": without_bytecode(folder),
        "failed_modules": failed_modules(),
        "clients": clients(folder),
        "zone": zone(),
        "tags": tags(),
        **dictionaries(),
    }
    print(json.dumps(told, ensure_ascii=True))


def tags() -> int:
    from chalicelib.profiles import starter_tags

    return len(starter_tags())


def without_bytecode(folder: Path) -> list[str]:
    files = (getattr(module, "__cached__", None) for module in list(sys.modules.values()))
    return sorted(file for file in files if file and file.startswith(str(folder)) and not Path(file).exists())


def failed_modules() -> dict[str, str]:
    failed = {}
    for package in ("chalicelib", "functions"):
        for info in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            try:
                importlib.import_module(info.name)
            except Exception as error:  # noqa: BLE001 - told, and judged by the test
                failed[info.name] = f"{type(error).__name__}: {error}"
    return failed


def clients(folder: Path) -> list[str]:
    boto3 = importlib.import_module("boto3")
    services = sorted(path.name for path in (folder / "botocore" / "data").iterdir() if path.is_dir())
    for service in services:
        boto3.client(service, region_name="us-east-1")
    importlib.import_module("opensearchpy")
    return services


def zone() -> str:
    # Only what the zip brings: the machine's own zones are out of sight.
    zoneinfo.reset_tzpath(to=[])
    return str(zoneinfo.ZoneInfo("Asia/Shanghai"))


def dictionaries() -> dict[str, object]:
    jieba = importlib.import_module("jieba")
    jieba.setLogLevel(logging.ERROR)
    return {
        "words": importlib.import_module("rjieba").cut("红色连衣裙", False),
        "words_of_the_fallback": jieba.lcut("红色连衣裙", HMM=False),
        "simplified": importlib.import_module("opencc").OpenCC("t2s").convert("連衣裙"),
        "pinyin": importlib.import_module("pypinyin").lazy_pinyin("连衣裙"),
    }


main(Path(sys.argv[1]))
