import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { gateway } from '../gateway.server';

export const action = (args: ActionFunctionArgs) => gateway().fetch(args.request, args);
// The gateway also answers methods other than POST.
export const loader = (args: LoaderFunctionArgs) => gateway().fetch(args.request, args);
