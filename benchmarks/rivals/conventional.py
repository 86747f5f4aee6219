"""
The same turn as one would first write it: FastAPI with body models, pooled Redis calls one after the other, the SQLAlchemy
ORM on asyncpg, a scikit-learn classifier. `python conventional.py PORT`, with POSTGRES and REDIS in the environment.

It is a fair one: pools are kept, the availability comes from a warm cache, dates are read by one pattern instead of a
general date library, and it keeps no promise of ours beyond a durable commit: no order, no dedupe across processes, no
fences, no jobs.
"""

import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import uvicorn
from conventional_model import trained
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field
from redis.asyncio import Redis
from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

MONTHS = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"]
MONTHS += ["septiembre", "octubre", "noviembre", "diciembre"]
STAY = re.compile(rf"del? (\d{{1,2}}) al (\d{{1,2}}) de ({'|'.join(MONTHS)})", re.IGNORECASE)
GUESTS = re.compile(r"(\d+) (?:personas|adultos)", re.IGNORECASE)
PER_MINUTE = 120


class Base(DeclarativeBase):
    pass


class Conversation(Base):
    __tablename__ = "rival_conversations"
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(unique=True)
    state: Mapped[dict] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime | None]
    messages: Mapped[list["Message"]] = relationship(back_populates="conversation", lazy="noload")


class Message(Base):
    __tablename__ = "rival_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id), index=True)
    conversation: Mapped[Conversation] = relationship(back_populates="messages")
    said_by: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]


class Call(BaseModel):
    sender_id: str = Field(min_length=1, max_length=128)
    channel: str
    text: str = Field(max_length=4096)
    message_id: str | None = None


class Room(BaseModel):
    id: str
    name: str
    available: int
    total: str


class Answer(BaseModel):
    status: str
    intent: str
    confidence: float
    response_text: str
    rooms: list[Room] = []


MODEL = trained()
ENGINE = create_async_engine(os.environ["POSTGRES"].replace("postgresql://", "postgresql+asyncpg://"), pool_size=20)
SESSIONS = async_sessionmaker(ENGINE, expire_on_commit=False)
REDIS = Redis.from_url(os.environ["REDIS"], decode_responses=True)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with ENGINE.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await ENGINE.dispose()
    await REDIS.aclose()


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict[str, str]:
    return {}


@app.post("/api/orchestrator/process")
async def process(call: Call) -> Answer:
    calls = await REDIS.incr(f"rival:rate:{call.sender_id}")
    if calls == 1:
        await REDIS.expire(f"rival:rate:{call.sender_id}", 60)
    if calls > PER_MINUTE:
        raise HTTPException(429)
    kept = await REDIS.get(f"rival:session:{call.sender_id}")
    session = json.loads(kept) if kept else {"slots": {}}
    probabilities = MODEL.predict_proba([call.text])[0]
    intent, confidence = MODEL.classes_[probabilities.argmax()], float(probabilities.max())
    slots = session["slots"] | read(call.text)
    rooms = await available(slots)
    text = f"Tenemos {len(rooms)} tipos de habitación del {slots.get('check_in')} al {slots.get('check_out')}."
    session = {"slots": slots, "intent": intent, "rooms": [room.model_dump() for room in rooms]}
    await REDIS.set(f"rival:session:{call.sender_id}", json.dumps(session), ex=1800)
    async with SESSIONS() as database:
        await store(database, call, text, session)
    return Answer(status="success", intent=intent, confidence=confidence, response_text=text, rooms=rooms)


async def available(slots: dict) -> list[Room]:
    key = f"rival:availability:{slots.get('check_in')}:{slots.get('check_out')}:{slots.get('adults')}"
    if kept := await REDIS.get(key):
        return [Room.model_validate(row) for row in json.loads(kept)]
    rooms = [Room(id=str(n), name=f"Doble {n}", available=4, total=f"{n}60.00") for n in range(1, 4)]
    await REDIS.set(key, json.dumps([room.model_dump() for room in rooms]), ex=300)
    return rooms


async def store(database: AsyncSession, call: Call, text: str, session: dict) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    conversation = await database.scalar(select(Conversation).where(Conversation.sender == call.sender_id))
    if conversation is None:
        conversation = Conversation(sender=call.sender_id)
        database.add(conversation)
    conversation.state, conversation.updated_at = session, now
    database.add(Message(conversation=conversation, said_by="guest", text=call.text, at=now))
    database.add(Message(conversation=conversation, said_by="agent", text=text, at=now))
    await database.commit()


def read(text: str) -> dict:
    found: dict = {}
    if stay := STAY.search(text):
        month, year = MONTHS.index(stay[3].lower()) + 1, datetime.now(UTC).year
        first = date(year, month, int(stay[1]))
        year += first < datetime.now(UTC).date()
        found["check_in"], found["check_out"] = f"{year}-{month:02}-{stay[1]:>02}", f"{year}-{month:02}-{stay[2]:>02}"
    if guests := GUESTS.search(text):
        found["adults"] = int(guests[1])
    return found


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), http="httptools", log_level="warning", access_log=False)
