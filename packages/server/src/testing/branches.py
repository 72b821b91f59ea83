"""Works on branches as a program in Python does, over the wire, and prints what came of it."""

import sys

import bson
import pymongo
from bson import json_util
from pymongo import errors


def show(title, value):
    print(f"{title}: {json_util.dumps(value)}")


def names(reply):
    return [one["name"] for one in reply["cursor"]["firstBatch"]]


def failure(work):
    try:
        return work()
    except errors.OperationFailure as error:
        return {"code": error.code, "codeName": error.details["codeName"]}


def main(uri):
    with pymongo.MongoClient(uri, serverSelectionTimeoutMS=20000) as client:
        shop = client["shop"]
        shop.users.insert_many([{"_id": 1, "name": "Ada"}, {"_id": 2, "name": "Grace"}])
        status = shop.command("argonStatus")
        show("status", {"project": status["project"], "branch": status["branch"]["name"], "past": status["past"]})
        show("at head", status["shown"]["lsn"] == status["branch"]["headLsn"])
        base = bson.Int64(status["shown"]["lsn"])

        shop.users.insert_one({"_id": 3, "name": "Barbara"})
        made = shop.command({"argonCreateBranch": "feature-x", "from": "main", "at": {"lsn": base}})["branch"]
        show("made", {"parent": made["parent"], "at its base": made["baseLsn"] == base})
        later = shop.command({"argonCreateBranch": "later", "at": {"time": status["shown"]["time"]}})["branch"]
        show("by time", later["parent"])
        show("branches", names(shop.command("argonListBranches")))

        feature = client["shop~feature-x"]
        feature.users.update_one({"_id": 1}, {"$set": {"name": "Lovelace"}})
        then = feature.command("argonStatus")["branch"]["headLsn"]
        feature.users.delete_many({})
        show("counts", [shop.users.count_documents({}), feature.users.count_documents({})])
        reset = shop.command({"argonResetBranch": "feature-x", "to": {"lsn": then}})
        show("reset", [reset["done"], feature.users.find_one({"_id": 1})])
        show("past", [one["name"] for one in client[f"shop~feature-x@{base}"].users.find().sort("_id", 1)])
        history = feature.command({"argonHistory": "users", "filter": {"name": "Lovelace"}, "limit": 5})
        show("history", [(one["operation"], one["id"], one["changes"]) for one in history["cursor"]["firstBatch"]])

        show("dropped", shop.command({"argonDropBranch": "later"})["deleted"]["name"])
        show("again", failure(lambda: shop.command({"argonDropBranch": "later"})))
        show("the past", failure(lambda: client[f"shop@{base}"].command({"argonResetBranch": 1, "to": 1})))
        show("branches", names(shop.command("argonListBranches")))


main(sys.argv[1])
