"""Does what programs in Python do with MongoDB, and prints what came of it: the same on every server."""

import datetime
import decimal
import sys
import uuid

import bson
import gridfs
import pymongo
from bson import json_util
from pymongo import errors


def show(title, value):
    print(title, json_util.dumps(value, json_options=json_util.CANONICAL_JSON_OPTIONS))


def failure(error):
    return {"type": type(error).__name__, "code": getattr(error, "code", None)}


def bulk(db):
    things = db.things
    things.insert_many([{"_id": i, "n": i % 7, "text": "x" * (i % 50)} for i in range(5000)])
    result = things.bulk_write(
        [
            pymongo.InsertOne({"_id": 5000}),
            pymongo.UpdateOne({"_id": 1}, {"$inc": {"n": 1}}),
            pymongo.UpdateMany({"n": 3}, {"$set": {"three": True}}),
            pymongo.ReplaceOne({"_id": 6000}, {"new": True}, upsert=True),
            pymongo.DeleteMany({"n": 4}),
        ],
        ordered=False,
    )
    counts = result.bulk_api_result
    show("bulk", {key: counts[key] for key in ("nInserted", "nMatched", "nModified", "nRemoved", "nUpserted")})
    try:
        things.bulk_write([pymongo.InsertOne({"_id": 1}), pymongo.InsertOne({"_id": 7000})], ordered=False)
    except errors.BulkWriteError as error:
        show("bulk error", [(one["index"], one["code"], one["errmsg"].split(" dup key")[0].split(": ")[0]) for one in error.details["writeErrors"]])
    show("count", [things.count_documents({}), things.estimated_document_count(), things.count_documents({"three": True})])


def cursors(db):
    things = db.things
    show("batches", sum(1 for _ in things.find(batch_size=100)))
    show("exhaust", sum(1 for _ in things.find(cursor_type=pymongo.CursorType.EXHAUST, batch_size=100)))
    show("raw", len(b"".join(things.find_raw_batches({"_id": {"$lt": 100}}, batch_size=10))))
    with things.find(batch_size=2) as cursor:
        next(cursor)
    show("sorted", list(things.find({"n": 2}, {"text": 0}).sort([("n", 1), ("_id", -1)]).skip(3).limit(4)))
    show("distinct", sorted(things.distinct("n")))
    show("group", list(things.aggregate([{"$group": {"_id": "$n", "sum": {"$sum": "$_id"}}}, {"$sort": {"_id": 1}}])))
    show("session", sorted(one["_id"] for one in db.client.start_session() and things.find({"_id": {"$gte": 4998}})))


def types(db):
    document = {
        "_id": bson.ObjectId("0123456789ab0123456789ab"),
        "int32": 1,
        "int64": bson.Int64(1),
        "big": 2**40,
        "double": 1.0,
        "decimal": bson.Decimal128(decimal.Decimal("1.10")),
        "date": datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc),
        "uuid": bson.Binary.from_uuid(uuid.UUID("3b241101-e2bb-4255-8caf-4136c566a962")),
        "bytes": b"\x00\xff",
        "regex": bson.Regex("^a", "im"),
        "code": bson.Code("x", {"a": 1}),
        "timestamp": bson.Timestamp(1, 2),
        "ref": bson.DBRef("things", 1),
        "min": bson.MinKey(),
        "max": bson.MaxKey(),
        "null": None,
        "deep": [{"a": [[], {}]}],
    }
    db.types.insert_one(document)
    show("types", db.types.find_one())
    show("by type", [db.types.count_documents({name: {"$type": number}}) for name, number in (("int32", "int"), ("int64", "long"), ("double", "double"))])


def indexes(db):
    db.users.create_index([("name", pymongo.ASCENDING)], unique=True)
    db.users.create_indexes([pymongo.IndexModel([("a", 1), ("b", -1)], name="ab", sparse=True)])
    db.users.insert_one({"_id": 1, "name": "Ada"})
    try:
        db.users.insert_one({"_id": 2, "name": "Ada"})
    except errors.DuplicateKeyError as error:
        show("duplicate", [failure(error), error.details["keyPattern"], error.details["keyValue"]])
    show("indexes", db.users.index_information())
    db.users.drop_index("ab")
    show("names", sorted(db.users.index_information()))
    for work in (lambda: db.command("nothing"), lambda: db.users.aggregate([{"$no": 1}]), lambda: db.users.update_one({}, {"$no": 1})):
        try:
            work()
        except errors.PyMongoError as error:
            show("error", failure(error))
    show("collections", sorted(db.list_collection_names()))


def files(db):
    bucket = gridfs.GridFSBucket(db)
    content = bytes(range(256)) * 4000
    number = bucket.upload_from_stream("a.bin", content, metadata={"kind": "test"})
    bucket.upload_from_stream("a.bin", b"second")
    show("first", bucket.open_download_stream(number).read() == content)
    show("revisions", [bucket.open_download_stream_by_name("a.bin", revision=r).length for r in (0, -1)])
    show("files", [(one.filename, one.length, one.metadata) for one in bucket.find({"metadata.kind": "test"})])
    bucket.delete(number)
    show("left", [db.fs.files.count_documents({}), db.fs.chunks.count_documents({})])


def transactions(db):
    accounts = db.accounts
    accounts.insert_many([{"_id": 1, "balance": 100}, {"_id": 2, "balance": 0}])

    def move(session, amount):
        accounts.update_one({"_id": 1}, {"$inc": {"balance": -amount}}, session=session)
        accounts.update_one({"_id": 2}, {"$inc": {"balance": amount}}, session=session)
        return [one["balance"] for one in accounts.find(session=session).sort("_id", 1)]

    with db.client.start_session(causal_consistency=True) as session:
        show("inside", session.with_transaction(lambda own: move(own, 30)))
        session.start_transaction()
        move(session, 50)
        show("outside", [one["balance"] for one in accounts.find().sort("_id", 1)])
        session.abort_transaction()
        show("aborted", [one["balance"] for one in accounts.find().sort("_id", 1)])


PARTS = {name: part for name, part in globals().items() if name in ("bulk", "cursors", "types", "indexes", "files", "transactions")}

if __name__ == "__main__":
    uri, database, *names = sys.argv[1:]
    with pymongo.MongoClient(uri, serverSelectionTimeoutMS=20000) as client:
        client.drop_database(database)
        for name in names:
            print("#", name)
            PARTS[name](client[database])
        client.drop_database(database)
