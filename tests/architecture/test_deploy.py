"""The files of deploy/ parse, and name only commands, options and settings that exist."""

from __future__ import annotations

import argparse
import configparser
import json
import re
from pathlib import Path

import pytest

from lantai.cli.main import command_names, load_command

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = (ROOT / "src/lantai/web/settings.py").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OWN = {"LANTAI_DB_PASSWORD"}  # asked by compose itself


def taken(words: list[str]) -> None:
    """The command exists and takes these words."""
    assert words[0] in {load_command(n).id or n for n in command_names()}, words
    parser = argparse.ArgumentParser(exit_on_error=False)
    name = next(n for n in command_names() if (load_command(n).id or n) == words[0])
    load_command(name).arguments(parser)
    parser.parse_args(words[1:])


def test_compose_names_existing_commands_and_waits_for_the_schema():
    yaml = pytest.importorskip("yaml")
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = found["services"]
    assert set(services) == {"database", "prepare", "web", "worker"}
    for name in ("prepare", "web", "worker"):
        taken(services[name]["command"])
        assert (ROOT / "deploy" / services[name]["build"]["context"]).resolve() == ROOT
        assert (ROOT / services[name]["build"]["dockerfile"]).is_file()
    for name in ("web", "worker"):
        waits = services[name]["depends_on"]["prepare"]["condition"]
        assert waits == "service_completed_successfully"
    for service in services.values():
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in found["volumes"]


def test_the_container_starts_with_existing_commands():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    entry = json.loads(re.search(r"^ENTRYPOINT (\[.*\])$", text, re.M)[1])
    assert entry == ["lantai"]
    taken(json.loads(re.search(r"^CMD (\[.*\])$", text, re.M)[1]))
    for module in re.findall(r"-m (lantai[\w.]+)", text):
        assert (ROOT / "src" / Path(*module.split("."))).with_suffix(".py").exists() or (
            ROOT / "src" / Path(*module.split(".")) / "__main__.py"
        ).exists(), module
    assert "requirements/constraints.txt" in text


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_parse_and_name_existing_commands(path):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(path, encoding="utf-8")
    service = unit["Service"]
    assert service["User"] == "lantai" and service["NoNewPrivileges"] == "yes"
    for key in ("ExecStart", "ExecStartPre"):
        if key in service:
            program, *words = service[key].split()
            assert program == "/opt/lantai/bin/lantai"
            taken(words)


def test_every_setting_named_is_one_that_is_read():
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            for name in set(re.findall(r"\bLANTAI_[A-Z_]+\b", path.read_text(encoding="utf-8"))):
                assert name in OWN or f'"{name}"' in SETTINGS, (path.name, name)
