"""The matrix as one page: a heat map whose cells open what breaks in them."""

from __future__ import annotations

from compatlint.releases.matrix import Matrix
from compatlint.report.pages import page
from compatlint.report.phrases import whole


def render(matrix: Matrix) -> str:
    """Return a page that needs nothing but itself; findings stand in it once, cells refer to them."""
    releases = [whole(each.rev) for each in matrix.releases]
    title = f"{releases[0]} to {releases[-1]}: who reads whom" if releases else "no releases"
    return page(
        "matrix",
        title,
        {
            "promise": matrix.promise,
            "releases": releases,
            "series": [whole(each.series) for each in matrix.releases],
            "codecs": matrix.codecs,
            "programs": matrix.programs,
            "known": [
                {
                    "writer": each.writer,
                    "reader": each.reader,
                    "why": whole(each.why),
                    "see": whole(each.see),
                    "action": whole(each.action),
                }
                for each in matrix.known
            ],
            "findings": [
                {
                    "codec": whole(each.codec),
                    "item": whole(each.item),
                    "rule": each.rule,
                    "severity": str(each.severity),
                    "outcome": str(each.outcome),
                    "link": each.link,
                    "guarded": each.guarded,
                    "path": whole(each.path),
                    "fingerprint": each.fingerprint,
                }
                for each in matrix.findings
            ],
            "cells": [
                {
                    "writer": each.writer,
                    "reader": each.reader,
                    "direction": str(each.direction),
                    "promised": each.promised,
                    "findings": list(each.findings),
                }
                for each in matrix.cells
            ],
        },
    )
