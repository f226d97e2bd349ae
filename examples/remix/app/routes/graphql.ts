import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { gateway } from '../gateway.server';

export const action = (args: ActionFunctionArgs) => gateway().fetch(args.request, args);
// What is no POST is told so.
export const loader = (args: LoaderFunctionArgs) => gateway().fetch(args.request, args);
