/** Account that every resource of the lab belongs to. */
export const LAB_ACCOUNT_ID = '000000000000';

/** Region that every resource of the lab stands in. */
export const LAB_REGION = 'us-east-1';
