// docs/conformance.md: what the suite found, for our engine and for kinesis-local, each rule with the page that settles
// it.
import type { Outcome } from './run-rules.js';

/** Renders the page from the outcomes of both, in the same order. */
export function renderDocs(lab: readonly Outcome[], other: readonly Outcome[]): string {
  const differing = lab.flatMap((ours, i) => {
    const theirs = other[i]!;
    return theirs.result === 'failed' ? [`| ${cells(ours)} | ${escaped(theirs.reason ?? '')} |`] : [];
  });
  return `# Conformance

What \`npm run conformance\` checks: documented behaviours of Amazon Kinesis Data Streams, each named after its rule and
run with the AWS SDK, one attempt a call. \`ENDPOINT=URL npm run conformance\` runs it against any endpoint, \`ENDPOINT=aws\` against AWS
(it creates streams named \`conformance-…\` and deletes them; they cost money). Rules that need more than a minute of the
endpoint's time are skipped where its time cannot be driven, and never counted as passed.
To try a lab that runs, start it with \`npm start -- --no-load --speed 1\`: the rules measure by the wall's clock.

\`npm run conformance -- --clients\` runs foreign clients against the lab's engine: boto3, the AWS CLI, the AWS SDK for Java
(CBOR, fan-out), KPL and KCL put, reshard and read, fetched from PyPI and Maven Central into a throwaway folder. It needs
python3, and java, javac, keytool and mvn; what is missing is named, its clients are \`not run\`, and the command ends with 3.
The KCL's own de-aggregator also reads 10,000 generated aggregates and 80,000 damaged ones: it and our decoder must give the same.

Resource policies of streams and consumers, of the template or from \`PutResourcePolicy\`, are evaluated for the calls of the
template's functions and services. Every other caller is the account's administrator: the lab has one account and no
callers from another. What a policy holds and the lab cannot evaluate is refused by name.

This page is generated: \`npm run conformance -- --docs\`. It compares the lab's engine with kinesis-local 0.6.2, run as
it comes except that it is held to the loopback interface. The runs are not a judgement of AWS itself: its column is the page.

## Where kinesis-local differs

| rule | AWS says | the lab | what kinesis-local did |
|---|---|---|---|
${differing.join('\n')}

## Every rule

| rule | AWS says | plane | the lab | kinesis-local |
|---|---|---|---|---|
${lab.map(({ rule, result }, i) => `| ${escaped(rule.rule)} | [page](${rule.source}) | ${rule.plane} | ${result} | ${other[i]!.result} |`).join('\n')}
`;
}

function cells({ rule, result }: Outcome): string {
  return `${escaped(rule.rule)} | [page](${rule.source}) | ${result}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
