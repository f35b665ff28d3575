/** Names that the chaos stack and its judge share. */
export const STACK_NAME = 'ChaosTrial';
export const STREAM_NAME = 'chaos-trial';

/** Functions of the verifying consumers: the first polls, the second is pushed to. */
export const CONSUMERS = ['polled', 'pushed'] as const;
