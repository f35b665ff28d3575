"""The AWS CLI as it comes, one process a call: creates a stream, puts, doubles the shards, puts, and reads all back."""

import base64
import json
import subprocess
import sys
import time

from client import ROUNDS, batches, read_all, rounds, say

stream, aws = sys.argv[1:3]


def call(*args):
    run = subprocess.run([aws, *args], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise AssertionError(f"aws {' '.join(args[:2])}: {run.stderr.strip()}")
    return run.stdout


def kinesis(operation, **options):
    args = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    text = call("kinesis", operation, *args, "--output", "json")
    return json.loads(text) if text.strip() else {}


def put(records):
    for batch in batches(records, 50):
        entries = json.dumps([{"PartitionKey": key, "Data": data} for key, data in batch])
        reply = kinesis("put-records", stream_name=stream, records=entries)
        assert reply["FailedRecordCount"] == 0, reply


def active():
    while kinesis("describe-stream-summary", stream_name=stream)["StreamDescriptionSummary"]["StreamStatus"] != "ACTIVE":
        time.sleep(1)


def start_of(shard_id):
    reply = kinesis("get-shard-iterator", stream_name=stream, shard_id=shard_id, shard_iterator_type="TRIM_HORIZON")
    return reply["ShardIterator"]


def get_records(iterator):
    reply = kinesis("get-records", shard_iterator=iterator)
    for record in reply["Records"]:
        record["Data"] = base64.b64decode(record["Data"]).decode()
    return reply


say(version=call("--version").split()[0].replace("/", " "))
kinesis("create-stream", stream_name=stream, shard_count=1)
call("kinesis", "wait", "stream-exists", "--stream-name", stream)
head, *rest = rounds(0, 12)
kinesis("put-record", stream_name=stream, partition_key=head[0], data=head[1])
put(rest)
kinesis("update-shard-count", stream_name=stream, target_shard_count=2, scaling_type="UNIFORM_SCALING")
active()
put(rounds(12, ROUNDS))
read_all(lambda: kinesis("list-shards", stream_name=stream)["Shards"], start_of, get_records)
kinesis("delete-stream", stream_name=stream)
say(ran="put-record, put-records, update-shard-count, get-records of 3 shards")
