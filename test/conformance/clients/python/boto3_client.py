"""boto3 as it comes: creates a stream, puts, splits, merges, puts, and reads all of it back."""

import sys
import time

import boto3
import botocore

from client import ROUNDS, batches, read_all, rounds, say

stream = sys.argv[1]
kinesis = boto3.client("kinesis")
say(version=f"boto3 {boto3.__version__}, botocore {botocore.__version__}")


def active():
    kinesis.get_waiter("stream_exists").wait(StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def shards():
    return [
        shard
        for page in kinesis.get_paginator("list_shards").paginate(StreamName=stream)
        for shard in page["Shards"]
    ]


def put(records):
    for batch in batches(records, 20):
        entries = [{"PartitionKey": key, "Data": data.encode()} for key, data in batch]
        reply = kinesis.put_records(StreamName=stream, Records=entries)
        assert reply["FailedRecordCount"] == 0, reply


def start_of(shard_id):
    reply = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON")
    return reply["ShardIterator"]


def get_records(iterator):
    time.sleep(0.25)
    reply = kinesis.get_records(ShardIterator=iterator, Limit=50)
    for record in reply["Records"]:
        record["Data"] = record["Data"].decode()
    return reply


kinesis.create_stream(StreamName=stream, ShardCount=1)
active()
for key, data in rounds(0, 1):
    kinesis.put_record(StreamName=stream, PartitionKey=key, Data=data.encode())
put(rounds(1, 10))

first = shards()[0]
kinesis.split_shard(StreamName=stream, ShardToSplit=first["ShardId"], NewStartingHashKey=str(2**127))
active()
put(rounds(10, 18))

low, high = [shard["ShardId"] for shard in shards() if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
kinesis.merge_shards(StreamName=stream, ShardToMerge=low, AdjacentShardToMerge=high)
active()
put(rounds(18, ROUNDS))

read_all(shards, start_of, get_records)
kinesis.delete_stream(StreamName=stream)
say(ran="PutRecord, PutRecords, SplitShard, MergeShards, GetRecords of 4 shards")
