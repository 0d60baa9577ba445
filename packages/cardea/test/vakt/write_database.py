"""Writes policies of every rule by vakt's own storages, and tells what vakt decides: `write_database.py KIND URL NAME`."""

import json
import logging
import sys
import warnings

from vakt.checker import RegexChecker, RulesChecker
from vakt.effects import ALLOW_ACCESS, DENY_ACCESS
from vakt.guard import Guard, Inquiry
from vakt.policy import Policy
from vakt.rules import inquiry as inquiries, list as lists, logic, net, operator, string
from vakt.storage.memory import MemoryStorage
from vakt.storage.migration import Migrator

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

RULES = {
    "eq": operator.Eq("a"),
    "eq-number": operator.Eq(1),
    "eq-tuple": operator.Eq(("a", "b")),
    "eq-dict": operator.Eq({"k": [None, True]}),
    "eq-large": operator.Eq(2**60 + 1),
    "not-eq": operator.NotEq("a"),
    "greater": operator.Greater(1),
    "less": operator.Less(2.5),
    "greater-or-equal": operator.GreaterOrEqual("a"),
    "less-or-equal": operator.LessOrEqual(["a", "b"]),
    "truthy": logic.Truthy(),
    "falsy": logic.Falsy(),
    "and": logic.And(operator.Greater(0), operator.Less(3)),
    "or": logic.Or(operator.Eq("a"), operator.Eq("foo")),
    "not": logic.Not(operator.Eq("a")),
    "not-raising": logic.Not(operator.Greater(1)),
    "any": logic.Any(),
    "neither": logic.Neither(),
    "in": lists.In("a", 1, None),
    "not-in": lists.NotIn("a", 1),
    "all-in": lists.AllIn("a", "b"),
    "all-not-in": lists.AllNotIn("a", "c"),
    "any-in": lists.AnyIn("b", "c"),
    "any-not-in": lists.AnyNotIn("a"),
    "cidr": net.CIDR("10.0.0.0/8"),
    "cidr-rule": net.CIDRRule("10.0.0.1/32"),
    "str-equal": string.Equal("A", ci=True),
    "str-equal-rule": string.StringEqualRule("foo"),
    "starts-with": string.StartsWith("f"),
    "ends-with": string.EndsWith("O", ci=True),
    "contains": string.Contains("o"),
    "pairs-equal": string.PairsEqual(),
    "pairs-equal-rule": string.StringPairsEqualRule(),
    "regex-match": string.RegexMatch("^[a-f]"),
    "regex-match-rule": string.RegexMatchRule(r"\d+$"),
    "subject-match": inquiries.SubjectMatch("name"),
    "action-match": inquiries.ActionMatch(),
    "resource-match": inquiries.ResourceMatch("v"),
    "subject-equal": inquiries.SubjectEqual(),
    "action-equal": inquiries.ActionEqual(),
    "resource-in": inquiries.ResourceIn(),
}

LARGE = 2**60 + 1
ORDERS = ("greater", "less", "greater-or-equal", "less-or-equal", "not-raising", "and")

VALUES = [
    "a", "A", "", "foo", "FOO", "Max", "10.0.0.1", "11.0.0.1", "subject-match", "action-match", "action-equal",
    None, True, False, 0, 1, 2, 3, -1, 2.5, LARGE, [], ["a"], ["a", "b"], ["a", "c"], [["a", "a"]], [["a", "b"]],
    {"k": [None, True]}, {},
]

STRINGS = [
    Policy("read-books", subjects=["<[a-z]+>", "Max"], actions=["get", "list"], resources=["books:<.+>"], effect=ALLOW_ACCESS),
    Policy("no-bob", subjects=["bob"], actions=["<.*>"], resources=["<.*>"], effect=DENY_ACCESS),
    Policy("in-house", subjects=["Ann"], actions=["put"], resources=["books:1"], effect=ALLOW_ACCESS,
           context={"ip": net.CIDR("10.0.0.0/8"), "tag": string.StartsWith("x")}, description="only from within"),
]


def policies():
    for name, rule in RULES.items():
        yield Policy(name, subjects=[{"name": string.Equal("Max")}], actions=[operator.Eq(name)],
                     resources=[{"v": rule}], effect=ALLOW_ACCESS, context={"on": operator.Eq(True)})
    yield Policy("deny", subjects=[logic.Any()], actions=[logic.Any()], resources=[logic.Any()], effect=DENY_ACCESS,
                 context={"on": operator.Eq(True), "blocked": logic.Truthy()})
    yield from STRINGS


def asked_of_rules():
    for name in RULES:
        for value in VALUES:
            if value == LARGE and name in ORDERS:
                continue  # Q12: such integers are kept apart, and not put in order
            yield {"subject": {"name": "Max"}, "action": name, "resource": {"v": value}, "context": {"on": True}}
    for context in ({}, {"on": False}, {"on": 1}, {"on": True, "blocked": 1}, {"on": True, "blocked": ""}):
        yield {"subject": {"name": "Max"}, "action": "any", "resource": {"v": 1}, "context": context}


def asked_of_strings():
    for subject in ("max", "Max", "bob", "Ann", ""):
        for action in ("get", "put", "delete"):
            for resource in ("books:1", "books:", "films:1"):
                for context in ({}, {"ip": "10.1.2.3", "tag": "xy"}, {"ip": "11.1.2.3", "tag": "xy"}):
                    yield {"subject": subject, "action": action, "resource": resource, "context": context}


def storage_of(kind, url, name):
    """A storage of vakt on a database that its own migrations made."""
    if kind == "memory":
        return MemoryStorage()
    if kind == "mongo":
        from pymongo import MongoClient
        from vakt.storage.mongo import MongoMigrationSet, MongoStorage

        storage = MongoStorage(MongoClient(url), name)
        Migrator(MongoMigrationSet(storage)).up()
        return storage
    if kind == "redis":
        from redis import Redis
        from vakt.storage.redis import JSONSerializer, RedisStorage

        return RedisStorage(Redis.from_url(url), collection=name, serializer=JSONSerializer())
    from sqlalchemy import create_engine
    from sqlalchemy.orm import scoped_session, sessionmaker
    from vakt.storage.sql import SQLStorage
    from vakt.storage.sql.migrations import SQLMigrationSet

    arguments = {"options": "-csearch_path=" + name} if kind == "postgres" else {}
    session = scoped_session(sessionmaker(bind=create_engine(url, connect_args=arguments)))
    storage = SQLStorage(scoped_session=session)
    Migrator(SQLMigrationSet(storage)).up()
    return storage


def decisions(guard, asked):
    return [{"inquiry": each, "allowed": guard.is_allowed_check(Inquiry(**each))} for each in asked]


storage = storage_of(*sys.argv[1:])
for policy in policies():
    storage.add(policy)
# Decided on what vakt reads there; asking the database each time takes minutes.
read = MemoryStorage()
for policy in storage.retrieve_all():
    read.add(policy)
print(json.dumps({
    "rules": decisions(Guard(read, RulesChecker()), asked_of_rules()),
    "regex": decisions(Guard(read, RegexChecker()), asked_of_strings()),
}))
