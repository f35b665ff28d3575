// The query protocol of SNS: a form in, XML out. The lab has Publish; any other action is refused by its name.
import { ServiceError } from '../../service-error.js';
import type { ServiceRequest, ServiceResponse } from '../http-endpoint.js';
import { element, textElement } from '../xml.js';
import type { RecordingTopicService } from './topic-service.js';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** Members of Publish that the lab knows; an unknown one is refused rather than dropped. */
const PUBLISH_MEMBERS = /^(Action|Version|TopicArn|Message|Subject|MessageAttributes\.entry\.\d+\..+)$/;

export async function answerSns(topics: RecordingTopicService, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const action = form.get('Action') ?? '';
    if (action !== 'Publish') {
      throw new ServiceError('InvalidAction', `the lab's SNS does not have the operation '${action}'; it has Publish`);
    }
    const unknown = [...form.keys()].find((name) => !PUBLISH_MEMBERS.test(name));
    if (unknown)
      throw new ServiceError('InvalidParameter', `the lab's SNS does not have the member '${unknown}' of Publish`);
    topics.authorize?.({ headers: request.headers, operation: action, input: Object.fromEntries(form) });
    const { messageId } = await topics.record(form.get('TopicArn') ?? '', {
      ...(form.has('Subject') ? { subject: form.get('Subject') ?? '' } : {}),
      body: form.get('Message') ?? '',
      ...readAttributes(form),
    });
    const result = element('PublishResult', textElement('MessageId', messageId)) + renderMetadata(request);
    return renderXml(200, `<PublishResponse xmlns="${NAMESPACE}">${result}</PublishResponse>`);
  } catch (error) {
    return renderError(error, request);
  }
}

function readAttributes(form: URLSearchParams): { attributes?: Record<string, string> } {
  const attributes: Record<string, string> = {};
  for (let entry = 1; form.has(`MessageAttributes.entry.${entry}.Name`); entry += 1) {
    const name = form.get(`MessageAttributes.entry.${entry}.Name`) ?? '';
    const value = `MessageAttributes.entry.${entry}.Value`;
    attributes[name] = form.get(`${value}.StringValue`) ?? form.get(`${value}.BinaryValue`) ?? '';
  }
  return Object.keys(attributes).length === 0 ? {} : { attributes };
}

function renderMetadata({ requestId }: ServiceRequest): string {
  return element('ResponseMetadata', textElement('RequestId', requestId));
}

function renderError(error: unknown, request: ServiceRequest): ServiceResponse {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalError', String(error), 500);
  const content =
    textElement('Type', known.status < 500 ? 'Sender' : 'Receiver') +
    textElement('Code', known.code) +
    textElement('Message', known.message);
  const body = element('Error', content) + textElement('RequestId', request.requestId);
  return renderXml(known.status, `<ErrorResponse xmlns="${NAMESPACE}">${body}</ErrorResponse>`);
}

function renderXml(status: number, body: string): ServiceResponse {
  return { status, headers: { 'Content-Type': 'text/xml' }, body };
}
