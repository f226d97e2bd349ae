/** The name of the meter and the tracer. */
export const scope = 'mintgate';
