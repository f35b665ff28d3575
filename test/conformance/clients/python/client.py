"""What the Python clients share: the records they put, the shards they walk, the lines that the runner reads."""

import json

KEYS = 8
ROUNDS = 25


def rounds(first, last):
    """Records of these rounds, each key once a round: (key, data)."""
    return [(f"key-{k}", f"key-{k}:{n}") for n in range(first, last) for k in range(KEYS)]


def say(**line):
    print(json.dumps(line), flush=True)


def batches(records, size):
    return [records[at : at + size] for at in range(0, len(records), size)]


def read_all(list_shards, start_of, get_records):
    """Reads every shard from its beginning, a child once all of its parents are read to their end.

    `list_shards()` gives the shards, `start_of(shard_id)` an iterator, `get_records(iterator)` a reply whose
    Data is text.
    """
    shards = {shard["ShardId"]: shard for shard in list_shards()}

    def parents(shard):
        named = [shard.get("ParentShardId"), shard.get("AdjacentParentShardId")]
        return {parent for parent in named if parent in shards}

    ended = set()
    children = set()
    while len(ended) < len(shards):
        ready = [s for s in shards.values() if s["ShardId"] not in ended and parents(s) <= ended]
        for shard in ready:
            children |= read_shard(shard, start_of, get_records)
            ended.add(shard["ShardId"])
    # What closed shards name as their children is what ListShards has as such.
    expected = {shard_id for shard_id, shard in shards.items() if parents(shard)}
    if children != expected:
        raise AssertionError(f"ChildShards name {sorted(children)}, ListShards has {sorted(expected)}")


def read_shard(shard, start_of, get_records):
    closed = "EndingSequenceNumber" in shard["SequenceNumberRange"]
    iterator = start_of(shard["ShardId"])
    while True:
        reply = get_records(iterator)
        for record in reply["Records"]:
            say(
                read={
                    "shard": shard["ShardId"],
                    "key": record["PartitionKey"],
                    "sequence": record["SequenceNumber"],
                    "data": record["Data"],
                }
            )
        iterator = reply.get("NextShardIterator")
        if iterator is None:
            return {child["ShardId"] for child in reply.get("ChildShards", [])}
        if not closed and not reply["Records"] and reply["MillisBehindLatest"] == 0:
            return set()
