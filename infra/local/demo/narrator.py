"""How the demo speaks: numbered steps, short bilingual lines, tables; never raw JSON."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table


class StepFailed(Exception):
    """A step of the demo did not do what it promises."""


class Narrator:
    """Writes the story to the terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._steps = 0

    def step(self, chinese: str, english: str) -> None:
        """Begin a numbered step."""
        self._steps += 1
        self.console.print(f"\n[bold]{self._steps}. {chinese}[/]  [dim]{english}[/]")

    def say(self, text: str) -> None:
        self.console.print(f"   {text}", soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
        """A table of texts; None is shown as a dash."""
        table = Table(
            *columns, title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
        )
        for row in rows:
            table.add_row(*("–" if cell is None else str(cell) for cell in row))
        self.console.print(table)

    def expect(self, holds: bool, promise: str) -> None:
        """Say that ``promise`` was kept, or end the demo. Raises ``StepFailed``."""
        if not holds:
            raise StepFailed(promise)
        self.console.print(f"   [green]✓[/] {promise}", soft_wrap=True)

    def failed(self, reason: str) -> None:
        self.console.print(f"\n[bold red]✗ 演示失败 the demo failed:[/] {reason}", soft_wrap=True)
