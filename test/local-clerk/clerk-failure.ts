import { isClerkAPIResponseError } from '@clerk/backend/errors';

/** What the SDK says of a call that must fail: its status and the first error. */
export async function clerkFailure(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!isClerkAPIResponseError(error)) throw error;
    const [first] = error.errors;
    return {
      status: error.status,
      code: first?.code,
      message: first?.message,
      longMessage: first?.longMessage,
      parameter: first?.meta?.paramName,
      retryAfter: error.retryAfter,
      traceId: error.clerkTraceId,
    };
  }
  throw new Error('expected the call to fail');
}
