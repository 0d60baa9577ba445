"""Answers inquiries by a library of Python: one request a line on stdin, one reply a line on stdout, both JSON."""

import json
import logging
import os
import sys
import time

logging.disable(logging.CRITICAL)


class Vakt:
    """Policies of Cardea as policies of vakt, by the checker for their kind."""

    def __init__(self, checker):
        from vakt.checker import RegexChecker, RulesChecker
        from vakt.guard import Guard
        from vakt.storage.memory import MemoryStorage

        self.storage = MemoryStorage()
        self.guard = Guard(self.storage, RulesChecker() if checker == "rules" else RegexChecker())

    def load(self, items):
        from vakt.policy import Policy

        for item in items:
            fields = {name: [element_of(element) for element in item[name]] for name in FIELDS}
            context = {name: rule_of(rule) for name, rule in item.get("context", {}).items()}
            self.storage.add(Policy(item["uid"], effect=item["effect"], context=context, **fields))

    def question(self, inquiry):
        from vakt.guard import Inquiry

        return Inquiry(**inquiry)

    def allows(self, question):
        return self.guard.is_allowed_check(question)


FIELDS = ("subjects", "actions", "resources")


def element_of(element):
    if isinstance(element, str):
        return element
    return {name: rule_of(rule) for name, rule in element.items()}


def rule_of(data):
    """A rule of vakt; several members must all hold."""
    from vakt.rules import logic, net, operator, string

    makers = {
        "$eq": operator.Eq,
        "$greater": operator.Greater,
        "$less": operator.Less,
        "$startsWith": string.StartsWith,
        "$cidr": net.CIDR,
        "$or": lambda rules: logic.Or(*map(rule_of, rules)),
        "$and": lambda rules: logic.And(*map(rule_of, rules)),
    }
    rules = [makers[name](argument) for name, argument in data.items()]
    return rules[0] if len(rules) == 1 else logic.And(*rules)


class FastEnforcer:
    """casbin's enforcer that looks rules up by all of their fields."""

    def __init__(self, model):
        import casbin

        self.enforcer = casbin.FastEnforcer(model, cache_key_order=[0, 1, 2])

    def load(self, items):
        self.enforcer.add_policies(list(items))

    def question(self, inquiry):
        return inquiry["subject"], inquiry["resource"], inquiry["action"]

    def allows(self, question):
        return self.enforcer.enforce(*question)


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def load(peer, path):
    with open(path, encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    count = len(items)
    before, start = resident_bytes(), time.process_time_ns()
    peer.load(items)
    spent = time.process_time_ns() - start
    return {"bytesPerItem": (resident_bytes() - before) / count, "itemsPerSecond": count / (spent / 1e9)}


def decide(peer, inquiries, alone):
    questions = [peer.question(inquiry) for inquiry in inquiries]
    answers, alone_ns = [], []
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    for question in questions:
        start = time.perf_counter_ns() if alone else 0
        answers.append(bool(peer.allows(question)))
        if alone:
            alone_ns.append(time.perf_counter_ns() - start)
    return {
        "wallNs": time.perf_counter_ns() - wall,
        "cpuNs": time.process_time_ns() - cpu,
        "answers": answers,
        "aloneNs": alone_ns,
    }


def main():
    kind, argument = sys.argv[1:]
    peer = Vakt(argument) if kind == "vakt" else FastEnforcer(argument)
    for line in sys.stdin:
        request = json.loads(line)
        reply = (
            load(peer, request["load"])
            if "load" in request
            else decide(peer, request["inquiries"], request["alone"])
        )
        print(json.dumps(reply), flush=True)


main()
