"""Person 人员 and Assignment 任职: who may sign in, and which role they hold where."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from lantai.foundation.institutions.models import Institution


class Person(AbstractBaseUser):
    """A person with an account; rights come only from `Assignment` rows."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    clearance = models.PositiveSmallIntegerField(default=0)  # 0 none … 3 绝密
    language = models.CharField(max_length=10, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)  # raised to end every session

    USERNAME_FIELD = "username"
    objects = BaseUserManager()
    not_kept = frozenset({"password", "last_login"})  # never written to storage

    def __str__(self) -> str:
        return self.name

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"person:{self.username}"

    def get_session_auth_hash(self) -> str:
        """Sessions end when the password or the epoch changes."""
        return super().get_session_auth_hash() + f"-{self.session_epoch}"


class Assignment(models.Model):
    """任职: one role at one institution, given by one administrator."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    role = models.CharField(max_length=40)  # foundation/roles.toml
    granted_by = models.CharField(max_length=100, blank=True)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution", "role"], name="assignment_once"
            )
        ]

    @property
    def urn(self) -> str:
        """Its name in the ledger."""
        return f"assignment:{self.pk}"


class LoginAttempt(models.Model):
    """登录尝试: what the throttle counts; emptied after a day."""

    begun_anew = (
        "登录失败次数从零记起",
        "failed sign-ins are counted from nothing",
    )

    username = models.CharField(max_length=60, db_index=True)
    address = models.CharField(max_length=45, db_index=True)
    at = models.DateTimeField(db_index=True)
    succeeded = models.BooleanField()
