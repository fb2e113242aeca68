"""`lantai store`: the places that hold copies, the policy, off-line carriers, and peers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say


class StoreCommand(Command):
    """Stores 存储库: list, add, retire, policy, copy, export, test; peer-add, poll."""

    id = "store"
    help = "存储库、副本策略、离线载体、互校节点 / stores, copy policy, off-line carriers, peers"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """A verb with its words."""
        verbs = ("list", "add", "retire", "policy", "copy", "export", "test", "peer-add", "poll")
        parser.add_argument("what", choices=verbs)
        parser.add_argument("code", nargs="?", default="", help="代码 / code, policy or carrier")
        parser.add_argument("address", nargs="?", default="", help="地址或目录 / address or folder")
        parser.add_argument("--name", default="")
        parser.add_argument("--place", default="", help="存放地点 / where it stands")
        parser.add_argument("--threat", default="", help="灾害区 / its disaster zone")
        parser.add_argument("--medium", default="disk", help="disk | object | optical | tape")
        parser.add_argument("--offline", action="store_true", help="离线载体 / off-line carriers")
        parser.add_argument("--store", default="", help="载体所属的存储库 / the carrier's store")
        parser.add_argument("--set", default="封存", help="套别 / which set")
        parser.add_argument("--capacity", type=int, default=0, metavar="BYTES")
        parser.add_argument("--share", type=float, default=1.0, help="抽检比例 / share tested")
        parser.add_argument("--token-file", help="与节点共用的令牌文件 / the shared token")
        parser.add_argument("--sample", type=int, default=0, help="抽查对象数 / objects sampled")

    def run(self, options: argparse.Namespace) -> int:
        """Do it as the operator."""
        from lantai.core.storage.port import StorageFailure
        from lantai.foundation.policy import Operator
        from lantai.foundation.refusal import Refusal
        from lantai.foundation.work import Act

        act = Act(by=Operator(), channel="cli")
        try:
            answer = getattr(self, f"_{options.what.replace('-', '_')}")(options, act)
        except (Refusal, StorageFailure) as problem:
            raise BadCall(str(problem)) from problem
        if options.json:
            emit(answer)
        else:
            for line in answer if isinstance(answer, list) else [answer]:
                say("  ".join(f"{k}={v}" for k, v in line.items()))
        wanting = isinstance(answer, dict) and not answer.get("ok", True)
        return FOUND_WANTING if wanting else DONE

    def _list(self, options: argparse.Namespace, act: Any) -> list[dict[str, Any]]:
        from lantai.preservation.replication.queries import store_lines

        return store_lines()

    def _add(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.replication.operations import register_store

        row = register_store(
            act, code=options.code, name=options.name or options.code, url=options.address,
            place=options.place or options.code, threat=options.threat, medium=options.medium,
            offline=options.offline,
        )  # fmt: skip
        return {"ok": True, "code": row.code, "url": row.url}

    def _retire(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.replication.operations import retire_store

        retire_store(act, store=_store(options.code))
        return {"ok": True, "code": options.code}

    def _policy(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.replication.operations import choose_policy
        from lantai.preservation.replication.policy import policy_in_force

        if options.code:
            choose_policy(act, policy=options.code)
        found = policy_in_force()
        return {"ok": True, **vars(found)}

    def _copy(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.replication.replicating import replicate

        done = replicate(act)
        return {"ok": not done.away and not done.findings, **done.as_json()}

    def _export(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.carriers.batch import write_carrier
        from lantai.preservation.carriers.operations import register_carrier

        if not (options.code and options.address and options.store):
            raise BadCall(
                "请给出载体编号、目录和所属的离线存储库：lantai store export 编号 目录 --store 代码 / "
                "give the carrier's number, a folder and its off-line store (--store)"
            )
        store = _store(options.store)
        batch = write_carrier(
            store, Path(options.address), number=options.code, set_no=options.set,
            kind=store.medium, capacity=options.capacity,
        )  # fmt: skip
        row = register_carrier(act, store=store, batch=batch, set_no=options.set, kind=store.medium)
        return {"ok": True, "carrier": row.number, "objects": row.objects_held,
                "bytes": row.bytes_held, "manifest_sm3": row.manifest_sm3}  # fmt: skip

    def _test(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.carriers.batch import read_carrier
        from lantai.preservation.carriers.operations import record_test
        from lantai.preservation.replication.models import CarrierSet

        row = CarrierSet.objects.filter(number=options.code).first()
        if row is None:
            raise BadCall(f"没有载体 {options.code} / no such carrier")
        tested = read_carrier(
            Path(options.address), number=row.number, manifest_sm3=row.manifest_sm3,
            share=options.share, seed=row.pk,
        )  # fmt: skip
        record_test(act, carrier=row, tested=tested)
        return {"ok": not tested.findings, "carrier": row.number, "files": tested.files,
                "read": tested.read, "findings": tested.findings}  # fmt: skip

    def _peer_add(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.peering.peers import add_peer

        if not options.token_file:
            raise BadCall("请以 --token-file 给出令牌 / give the token by --token-file")
        token = Path(options.token_file).read_text("ascii").strip()
        peer = add_peer(options.code, options.address, token)
        return {"ok": True, "peer": peer.code, "url": peer.url}

    def _poll(self, options: argparse.Namespace, act: Any) -> dict[str, Any]:
        from lantai.preservation.peering.peers import peer_named
        from lantai.preservation.peering.polling import poll_peer

        row = poll_peer(act, peer_named(options.code), sample=options.sample)
        figures = {name: getattr(row, name) for name in
                   ("peer", "asked", "agreed", "peer_wrong", "ours_wrong", "absent", "mended")}  # fmt: skip
        good = row.agreed + row.mended == row.asked
        return {"ok": good, **figures, "findings": row.findings}


def _store(code: str) -> Any:
    from lantai.preservation.replication.models import Store

    row = Store.objects.filter(code=code).first()
    if row is None:
        raise BadCall(f"没有存储库 {code} / no such store")
    return row
