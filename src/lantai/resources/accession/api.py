"""Transfers over HTTP: POST a package, GET what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of, require
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act
from lantai.resources.accession import operations
from lantai.resources.accession.intake import keep_stream, keep_upload
from lantai.resources.accession.models import Reception
from lantai.resources.accession.queries import receptions_for
from lantai.resources.transfers.models import Transfer
from lantai.resources.transfers.queries import runs_of, transfer_for
from lantai.resources.uploads import receiving

router = Router(tags=["transfers"])


@router.post(
    "/transfers", response={202: dict[str, Any]}, summary="提交移交信息包 / send a package"
)
def send_package(
    request: HttpRequest,
    package: UploadedFile | None = File(None),
    upload: str = Form("", max_length=300),
    transfer: str = Form("", max_length=30),
) -> Status[dict[str, Any]]:
    """A package (zip, tar, 7z) in the form, or the address of a finished tus upload.

    ``transfer``: the number of the batch that was sent back and is mended by this package. The
    same package twice is answered with the first one's transfer, and changes nothing.
    """
    actor = request.auth  # type: ignore[attr-defined]
    archives, unit = _places(actor)
    require(actor, "accession.receive", archives=archives, unit=unit)
    mended = transfer_for(actor, transfer) if transfer else None
    used = receiving.whole_uploads(actor, [upload]) if upload else []
    if used:
        name, place, size = used[0].name, keep_upload(used[0]), used[0].size
    elif package is not None:
        name = package.name or "package.zip"
        place, size = keep_stream(name, package)
    else:
        raise Refusal("请求里没有信息包。", "There is no package in the request.")
    row = operations.receive_package(
        Act(by=actor, channel="api"), archives=archives, unit=unit, name=name, place=place,
        size=size, channel="api", transfer=mended,
    )  # fmt: skip
    receiving.taken(used)
    return Status(202, reception_as_json(row))


@router.get("/transfers/receptions/{uid}", summary="收包结果 / what became of a package")
def reception(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Waiting, taken (with its transfer), duplicate (of which), or refused (why)."""
    row = receptions_for(request.auth).filter(uid=uid).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound("没有这次收包。", "No such reception.")
    return reception_as_json(row)


@router.get("/transfers/{number}", summary="移交状态和检测报告 / a transfer and its reports")
def transfer(request: HttpRequest, number: str) -> dict[str, Any]:
    """Its state, and every run of the checks with the findings of the last."""
    row = transfer_for(request.auth, number)  # type: ignore[attr-defined]
    return transfer_as_json(row)


def _places(actor: Any) -> tuple[Institution | None, Institution | None]:
    mine = institutions_of(actor, ["archivist"])
    units = institutions_of(actor, ["records_officer"])
    unit = units[0] if units else None
    return (mine[0] if mine else unit.archives if unit else None), unit


def reception_as_json(row: Reception) -> dict[str, Any]:
    """A reception for a program."""
    return {
        "reception": str(row.uid),
        "state": row.state,
        "name": row.name,
        "size": row.size,
        "digest_sm3": row.digest,
        "transfer": row.transfer.number if row.transfer else None,
        "message": row.problem_zh,
        "message_en": row.problem_en,
        "received_at": row.received_at.isoformat(),
        "status_url": reverse("api:reception", args=[row.uid]),
    }


def transfer_as_json(row: Transfer) -> dict[str, Any]:
    """A transfer for a program."""
    runs = list(runs_of(row))
    return {
        "number": row.number,
        "state": row.state,
        "unit": row.unit.code,
        "archives": row.archives.code,
        "fonds": row.fonds.code,
        "version": row.version,
        "package": {"id": row.package_id, "digest_sm3": row.package_digest},
        "items": row.items,
        "bytes": row.bytes,
        "reason": row.reason,
        "signed_by_sender": row.is_signed_by_sender,
        "signed_by_receiver": bool(row.receiver_signed_at),
        "deposit": row.deposit or None,
        "checks": [
            {
                "stage": run.stage,
                "version": run.version,
                "verdict": run.verdict,
                "counts": run.counts,
                "at": run.finished_at.isoformat(),
                "findings": run.findings if run.pk == runs[0].pk else [],
            }
            for run in runs
        ],
    }
