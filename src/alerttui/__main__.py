"""`python -m alerttui` is the `alerttui` command."""

from alerttui.cli.main import run

run()
