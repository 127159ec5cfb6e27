"""The customers' work outside the call: chat, mail and social contacts, tickets, complaints, the customer list.

shared.py: units and sums · digital.py: contacts and messages · voice.py: what the telephone contributes ·
tickets.py, ticket_truth.py · complaints.py, complaint_truth.py · channels.py: KPIs over all channels · clock.py.
Random streams 200-299.
"""

from __future__ import annotations

import pandas as pd

from simulator.centre import Agents
from simulator.office.book import Book
from simulator.office.customers.channels import Channels
from simulator.office.customers.complaints import Complaints
from simulator.office.customers.digital import Digital
from simulator.office.customers.listing import Listing
from simulator.office.customers.shared import Planter
from simulator.office.customers.tickets import Tickets
from simulator.office.customers.voice import voice_of
from simulator.office.today import Today
from simulator.options import Options

THIN = 201
PLENTY = 3_000  # a centre with more calls a day leads a smaller share of them to tickets and complaints


class Customers:
    """Runs the parts of the domain in the order in which they depend on each other."""

    def __init__(self, options: Options, agents: Agents, book: Book) -> None:
        plant = self._plant = Planter(book, agents)
        self._share = min(1.0, (PLENTY / options.calls_per_day) ** 0.5)
        self._digital = Digital(options, agents, plant)
        self._tickets = Tickets(agents, plant)
        self._complaints = Complaints(agents, plant)
        self._channels = Channels(plant)
        self._listing = Listing(plant)

    def day(self, today: Today) -> None:
        voice = voice_of(today)
        digital = self._digital.day(today)
        self._channels.day(today, voice, digital)
        base = pd.concat([voice.sample(today), digital.handled()], ignore_index=True)
        base = base[today.random(THIN).random(len(base)) < self._share].reset_index(drop=True)
        self._tickets.day(today, base)
        complainers = self._complaints.day(today, base)
        self._listing.day(today, digital.frame["customer"].to_numpy(), complainers)

    def finish(self) -> None:
        self._tickets.finish()
        self._complaints.finish()
        self._channels.finish()
        self._plant.finish()


__all__ = ["Customers"]
