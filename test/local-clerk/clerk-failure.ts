import { isClerkAPIResponseError } from '@clerk/backend/errors';

/** Returns the status and the first error of an SDK call that must fail. */
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
