"""The bill of materials of what an installation runs, as CycloneDX JSON.

pip-audit writes one too, but without package URLs and without what other systems need.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tests.audit.locks import Pin

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def written(pins: list[Pin]) -> str:
    parts = [component(pin) for pin in pins]
    bill = Bom(components=parts)
    bill.metadata.component = whole()
    bill.register_dependency(bill.metadata.component, parts)
    outputter = make_outputter(bill, OutputFormat.JSON, SchemaVersion.V1_6)
    return outputter.output_as_string(indent=2)


def whole() -> Component:
    project = tomllib.loads(PROJECT.read_text())["project"]
    return Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
    )


def component(pin: Pin) -> Component:
    """The property ``marker`` says on which systems it is wanted, if not on all."""
    url = PackageURL("pypi", name=pin.name, version=pin.version)
    marker = [Property(name="marker", value=pin.marker)] if pin.marker else []
    return Component(
        name=pin.name,
        version=pin.version,
        purl=url,
        bom_ref=url.to_string(),
        properties=marker,
    )
