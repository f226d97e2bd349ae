import { clerkMiddleware } from '@clerk/react-router/server';
import { Outlet, Scripts } from 'react-router';

export const middleware = [clerkMiddleware()];

export default function App() {
  return (
    <html lang="en">
      <body>
        <Outlet />
        <Scripts />
      </body>
    </html>
  );
}
