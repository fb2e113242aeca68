"""Jobs of accession: open what arrived, check it, deposit what was accepted, watch the folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from lantai.core.packages.package import TransferItem
from lantai.core.packages.transfer import TransferPackage, read_transfer_package
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.preservation.depositing.items import ROLES, DepositFile, DepositItem, StoredItem
from lantai.preservation.depositing.storing import store_items
from lantai.preservation.ingesting.claims import objection_to_fonds, objection_to_place
from lantai.preservation.quarantine.operations import (
    digests_of_folder,
    hold_file,
    hold_folder,
    is_held,
    quarantine_file,
)
from lantai.resources.accession import operations
from lantai.resources.accession.models import Reception
from lantai.resources.accession.opening import (
    CannotOpen,
    OpenedPackage,
    clear_away,
    open_reception,
    set_folder_aside,
)
from lantai.resources.accession.queries import earlier_taken, sender_of
from lantai.resources.accession.watching import found_packages, take_away
from lantai.resources.filing.queries import type_of_class
from lantai.resources.transfers.checking import check_package, run_of
from lantai.resources.transfers.models import Transfer
from lantai.resources.transfers.queries import own_fonds

recurring("accession.watch", every=10, title="查看监视文件夹")


def _system() -> Act:
    """The system's own act: opening and checking are nobody's decision."""
    return Act(by=Operator(), channel="job")


@task("accession.watch")
def watch(running: Running) -> dict[str, Any]:
    """Take in every whole package of the watched folder."""
    taken = []
    for found in found_packages():
        place = take_away(found)
        operations.receive_package(
            _system(), archives=found.archives, name=found.path.name, place=place,
            size=found.size, channel="watched",
        )  # fmt: skip
        taken.append(found.path.name)
    return {"taken": taken}


@task("accession.unpack")
def unpack_reception(running: Running) -> dict[str, Any]:
    """Open what arrived: taken in, the same as before, or into quarantine with the reason."""
    reception = Reception.objects.select_related("archives", "unit", "transfer").get(
        uid=running.arguments["reception"]
    )
    if reception.state != Reception.WAITING:
        return {"state": reception.state}
    try:
        opened = open_reception(reception, running.progress)
    except CannotOpen as problem:
        return _refuse(reception, problem.zh, problem.en)
    earlier = earlier_taken(reception.archives, opened.digest)
    if earlier is not None:
        words = (
            f"与移交 {earlier.number} 的信息包相同，不重复接收",
            f"the same package as transfer {earlier.number}; not taken twice",
        )
        operations.close_reception(
            _system(), reception=reception, archives=reception.archives,
            state=Reception.DUPLICATE, transfer=earlier, digest=opened.digest,
            zh=words[0], en=words[1],
        )  # fmt: skip
        return {"state": Reception.DUPLICATE, "transfer": earlier.number}
    return _take_in(reception, opened)


def _take_in(reception: Reception, opened: OpenedPackage) -> dict[str, Any]:
    with read_transfer_package(opened.folder) as package:
        objection = objection_to_place(package, reception.archives)
    if objection is not None:
        return _refuse(reception, objection.zh, objection.en, objection.code)
    unit = reception.unit or sender_of(reception.archives, opened.sender, opened.first_code)
    if unit is None:
        return _refuse(
            reception,
            f"不知道是哪个单位移交的：说明文件写“{opened.sender or '（空）'}”，"
            f"起始档号“{opened.first_code or '（空）'}”；请先登记该单位及其全宗号",
            f"no unit is called {opened.sender!r} and none has the fonds of {opened.first_code!r}",
        )
    if own := own_fonds(unit):
        with read_transfer_package(opened.folder) as package:
            objection = objection_to_fonds(package, own)
        if objection is not None:
            return _refuse(reception, objection.zh, objection.en, objection.code)
    try:
        transfer = operations.register_arrival(
            _system(), reception=reception, unit=unit, archives=reception.archives,
            package=opened.columns | {"package_digest": opened.digest},
        )  # fmt: skip
    except Refusal as problem:
        return _refuse(reception, problem.zh, problem.en)
    return {"state": Reception.TAKEN, "transfer": transfer.number}


def _refuse(reception: Reception, zh: str, en: str, code: str = "not-a-package") -> dict[str, Any]:
    """Into quarantine with its reason; a file in its register, where two people release it."""
    held = hold_file(reception.source) if reception.source.is_file() else None
    if held is None:
        _hold_folder(reception, zh, en, code)
    else:
        quarantine_file(
            _system(), holder=reception.archives, name=reception.name, origin=reception.urn,
            held=held, reasons=[{"code": code, "message": f"{zh} / {en}"}],
        )  # fmt: skip
    operations.close_reception(
        _system(), reception=reception, archives=reception.archives,
        state=Reception.REFUSED, zh=zh, en=en,
    )  # fmt: skip
    if held is not None:
        clear_away(reception)
    return {"state": Reception.REFUSED, "reason": zh}


def _hold_folder(reception: Reception, zh: str, en: str, code: str) -> None:
    """A folder goes there whole, and into the same register; cut off anywhere, once."""
    if is_held(reception.urn):
        return
    place = set_folder_aside(reception, zh, en)
    held = digests_of_folder(place)
    quarantine_file(
        _system(), holder=reception.archives, name=reception.name, origin=reception.urn,
        held=held, reasons=[{"code": code, "message": f"{zh} / {en}"}],
    )  # fmt: skip
    hold_folder(place, held)


@task("accession.check")
def check(running: Running) -> dict[str, Any]:
    """The checks of 移交与接收环节 over a submitted batch; run again it begins anew."""
    transfer = _transfer(running)
    asked = running.arguments["version"]
    waiting = {Transfer.SUBMITTED, Transfer.CHECKING}
    if transfer.state not in waiting or transfer.version != asked:
        return {"state": transfer.state}
    transfer = operations.start_checking(_system(), transfer=transfer)
    started = timezone.now()
    report = check_package(transfer, transfer.package, "transfer", running.progress)
    run = run_of(transfer, report, started, transfer.package_digest)
    operations.finish_checking(_system(), transfer=transfer, run=run)
    return {"verdict": report.verdict, "findings": len(report.findings)}


@task("accession.deposit")
def deposit(running: Running) -> dict[str, Any]:
    """Store an accepted batch, compare digests, enter it; what is stored already is adopted."""
    transfer = _transfer(running)
    if transfer.state != Transfer.ACCEPTED:
        return {"state": transfer.state}
    promised: dict[tuple[str, str], str] = {}
    with read_transfer_package(transfer.package) as package:
        stored = store_items(
            holder=transfer.archives,
            accession=transfer.number,
            items=_deposit_items(package, promised),
            progress=running.progress,
            message=f"接收 {transfer.number}：{transfer.title}",
            fonds=transfer.fonds,
            creating_unit=transfer.unit,
            total=transfer.items,
        )
    _compare(stored, promised)
    done = operations.finish_deposit(running.act, transfer=transfer, stored=stored)
    return {"deposit": done.deposit, "items": len(stored)}


def _deposit_items(
    package: TransferPackage, promised: dict[tuple[str, str], str]
) -> Iterator[DepositItem]:
    for item in package.items():
        files = []
        for number, file in enumerate(item.files, 1):
            name = _name_in(item, file.path)
            promised[item.reference_code, name] = file.sha512
            role = ROLES.get(file.role, "original")
            files.append(DepositFile(package.place(file.path), name, role, number))
        code, kind = item.values.get("record_class", ""), item.values.get("class2", "")
        yield DepositItem(
            key=item.reference_code,
            values=dict(item.values),
            record_type=type_of_class(f"{code}·{kind}" if kind else code),
            files=files,
            events=item.events,
            received=package.received(item),
        )


def _name_in(item: TransferItem, path: str) -> str:
    return path.removeprefix(f"{item.folder}/")


def _compare(stored: list[StoredItem], promised: dict[tuple[str, str], str]) -> None:
    """What lies in storage must be what the package promised, file by file."""
    for item in stored:
        if item.problem is not None:
            raise Refusal(
                f"“{item.key}”没有存好：{item.problem}。整批没有入库，排除后请重新开始任务。",
                f"{item.key} could not be stored: {item.problem}",
            )
        for part in item.components:
            wanted = promised.get((item.key, part["name"]), "")
            if wanted and part["sha512"] != wanted:
                raise Refusal(
                    f"“{item.key}”的 {part['name']} 存入后摘要不符，整批没有入库；请检查存储。",
                    f"{part['name']} of {item.key} differs in storage; nothing was deposited.",
                )


def _transfer(running: Running) -> Transfer:
    return Transfer.objects.select_related("unit", "archives", "fonds").get(
        number=running.arguments["transfer"]
    )
