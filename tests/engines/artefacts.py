"""The jars of an engine, fetched once with Maven, and a Java that can run them."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Announce = Callable[[str], None]
FETCH_SECONDS = 900


class EngineMissing(Exception):
    """This machine cannot run the engine; the message says what it lacks."""


class JavaMissing(EngineMissing):
    """No JDK here is new enough."""


@dataclass(frozen=True, slots=True)
class Jdk:
    """A Java that brings its compiler: the launchers are run from source."""

    java: Path
    feature: int


@dataclass(frozen=True, slots=True)
class Engine:
    """What to fetch (``folder`` holds ``pom.xml`` and the launcher), and the oldest Java that runs it."""

    name: str
    version: str
    folder: Path
    launcher: str
    oldest_java: int

    @property
    def jars(self) -> Path:
        """Where the jars lie once they are fetched."""
        return cache() / f"{self.name}-{self.version}"


def cache() -> Path:
    """The folder that keeps fetched artefacts between runs."""
    given = os.environ.get("ZHAOHUI_ENGINE_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "zhaohui" / "engines"


def find_jdk(oldest: int) -> Jdk:
    """The oldest JDK that is new enough: ``JAVA_HOME``'s, or one beside the ``java`` on the path."""
    found = [_jdk(path) for path in dict.fromkeys(_java_candidates())]
    fit = [jdk for jdk in found if jdk and jdk.feature >= oldest]
    if not fit:
        raise JavaMissing(f"no JDK {oldest} or newer found (a JRE is not enough); install one or set JAVA_HOME")
    return min(fit, key=lambda jdk: jdk.feature)


def fetch(engine: Engine, announce: Announce) -> Path:
    """The folder with ``engine``'s jars; Maven copies them there the first time, whoever asks first."""
    if engine.jars.exists():
        return engine.jars
    maven = shutil.which("mvn")
    if maven is None:
        raise EngineMissing(f"Maven (mvn) is not installed, so {engine.name} {engine.version} cannot be fetched")
    engine.jars.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(engine.jars.with_name(f"{engine.jars.name}.lock")):
        if not engine.jars.exists():
            announce(
                f"fetching {engine.name} {engine.version} with Maven, once, into {engine.jars} (about a minute) ..."
            )
            _copy_dependencies(maven, engine)
    return engine.jars


def _copy_dependencies(maven: str, engine: Engine) -> None:
    # Fetched beside and renamed when whole: a folder under its final name is never half full.
    unfinished = engine.jars.with_name(f"{engine.jars.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [maven, "-B", "-q", "-f", str(engine.folder / "pom.xml"), f"-Dengine.version={engine.version}"]
    command += [f"-DoutputDirectory={unfinished}", "dependency:copy-dependencies"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)
    if ended.returncode or not any(unfinished.glob("*.jar")):
        last_words = (ended.stdout + ended.stderr).strip()[-1500:]
        raise EngineMissing(f"Maven could not fetch {engine.name} {engine.version}: {last_words}")
    unfinished.rename(engine.jars)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Wait until no other process holds ``path``; a process that dies lets go of it."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _java_candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if on_path := shutil.which("java"):
        real = Path(on_path).resolve()
        yield real
        yield from sorted(real.parents[2].glob("*/bin/java"))


def _jdk(java: Path) -> Jdk | None:
    if not java.with_name("javac").exists():
        return None
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    return Jdk(java, int(version[1])) if version else None
