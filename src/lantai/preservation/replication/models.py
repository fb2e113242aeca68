"""Store 存储库, PreservedObject 保存对象, ObjectCopy 副本: what is kept, where, and how it fares."""

from __future__ import annotations

from django.db import models


class Store(models.Model):
    """存储库: one place that holds copies. The main one has no address here: settings name it."""

    MAIN = "main"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=400, blank=True)
    place = models.CharField(max_length=120)  # 存放地点
    threat = models.CharField(max_length=120)  # 灾害区: river basin, power grid, seismic belt
    medium = models.CharField(max_length=20)  # disk | object | optical | tape
    offline = models.BooleanField(default=False)  # carriers: see CarrierSet
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=400, blank=True)  # why it can not be reached

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"store:{self.code}"


class PreservedObject(models.Model):
    """保存对象: an OCFL object with the digest of its inventory, sealed when it was taken in.

    The row's image stands in the ledger, under its chain and signed seals: every copy is
    measured by it, and a majority of bad copies proves nothing against it.
    """

    object_id = models.CharField(max_length=300, unique=True)
    path = models.CharField(max_length=500)  # below the storage root
    head = models.CharField(max_length=12)
    inventory_sha512 = models.CharField(max_length=128)
    files = models.PositiveIntegerField(default=0)
    sealed_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True, db_index=True)
    frozen_reason = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.object_id

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"object:{self.object_id.removeprefix('urn:lantai:')}"


class ObjectCopy(models.Model):
    """副本: an object in a store other than the main one; made again from the stores if lost."""

    begun_anew = (
        "副本登记不在存储中保存；运行一次复制，逐件核对后重新登记",
        "what the other stores hold is not kept in storage; run a replication, which looks at each object and registers it",
    )

    GOOD, BAD = "good", "bad"

    object = models.ForeignKey(PreservedObject, on_delete=models.CASCADE, related_name="copies")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="copies")
    state = models.CharField(max_length=5, default=GOOD)
    inventory_sha512 = models.CharField(max_length=128)
    copied_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object", "store"], name="one_copy_in_a_store")
        ]


class CarrierSet(models.Model):
    """离线载体: one carrier 载体 with a sealed batch of objects; may not be lent, is tested on time."""

    EXPORTED, SOUND, FAULTY = "exported", "sound", "faulty"

    number = models.CharField(max_length=40, unique=True)  # 载体编号, on the box
    set_no = models.CharField(max_length=20)  # 套别: 封存 | 异地 | 利用
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="carriers")
    kind = models.CharField(max_length=20)  # optical | disk | tape
    objects_held = models.PositiveIntegerField()
    bytes_held = models.BigIntegerField()
    manifest_sm3 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=EXPORTED)
    exported_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True, blank=True)
    test_due = models.DateField()
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.number

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"carrier:{self.number}"
