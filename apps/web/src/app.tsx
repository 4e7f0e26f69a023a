/** The pages, their addresses, and what surrounds them all. */
import { entityId } from '@attest/schema/article'
import { QueryClientProvider, useQuery } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router'
import { type ReactNode, useCallback } from 'react'
import * as z from 'zod'
import {
  ConfirmPage,
  DoorPage,
  doorSearch,
  ForgotPage,
  ResetPage,
  SignInPage,
  WelcomePage,
} from './accounts/DoorPage.tsx'
import { agreementSearchSchema } from './agreement/search.ts'
import { type Filter, filterSchema } from './annotations/filter.ts'
import { doorQuery, queries } from './api.ts'
import { ArticlePage } from './article/ArticlePage.tsx'
import { compareSchema } from './compare/search.ts'
import { InvitePage } from './members/InvitePage.tsx'
import { ProjectFrame } from './projects/ProjectFrame.tsx'
import { ProjectPage } from './projects/ProjectPage.tsx'
import { ProjectsPage } from './projects/ProjectsPage.tsx'
import { PublicPage } from './published/PublicPage.tsx'
import { Notices } from './ui/Notices.tsx'
import { Loading, Missing, Trouble } from './ui/states.tsx'
import { workFilterSchema } from './work/filter.ts'

const rootRoute = createRootRoute({
  component: Outlet,
  errorComponent: ({ error, reset }) => <Trouble error={error} onRetry={reset} />,
  notFoundComponent: () => <Missing what="page" />,
})
const projectsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: () => (
    <Gate>
      <ProjectsPage />
    </Gate>
  ),
})
const projectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/$project',
  component: () => (
    <Gate>
      <ProjectFrame id={projectRoute.useParams().project} />
    </Gate>
  ),
})
const ImportMarks = lazyRouteComponent(() => import('./exchange/ImportMarksPage.tsx'), 'ImportMarksPage')
const importRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/import',
  validateSearch: z.object({ import: entityId.optional().catch(undefined) }),
  component: () => <ImportMarks open={importRoute.useSearch().import} />,
})
const projectPages = [
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/',
    validateSearch: workFilterSchema,
    component: ProjectPage,
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/add',
    // Of use to owners alone.
    component: lazyRouteComponent(() => import('./articles-in/AddPage.tsx'), 'AddPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/export',
    component: lazyRouteComponent(() => import('./exchange/ExportsPage.tsx'), 'ExportsPage'),
  }),
  importRoute,
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/labels',
    // Of no use to those who mark: fetched by whoever goes there.
    component: lazyRouteComponent(() => import('./labels/LabelsPage.tsx'), 'LabelsPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/gaps',
    component: lazyRouteComponent(() => import('./gaps/GapsPage.tsx'), 'GapsPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/training',
    component: lazyRouteComponent(() => import('./training/TrainingPage.tsx'), 'TrainingPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/moderation',
    component: lazyRouteComponent(() => import('./history/ModerationPage.tsx'), 'ModerationPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/log',
    component: lazyRouteComponent(() => import('./history/AuditPage.tsx'), 'ProjectLog'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/members',
    component: lazyRouteComponent(() => import('./members/MembersPage.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('./members/SettingsPage.tsx'), 'SettingsPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/corrections',
    component: lazyRouteComponent(() => import('./review/CorrectionsPage.tsx'), 'CorrectionsPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/dashboard',
    component: lazyRouteComponent(() => import('./work/DashboardPage.tsx'), 'DashboardPage'),
  }),
  createRoute({
    getParentRoute: () => projectRoute,
    path: '/agreement',
    validateSearch: agreementSearchSchema,
    component: lazyRouteComponent(() => import('./agreement/AgreementPage.tsx'), 'AgreementPage'),
  }),
]
const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite/$token',
  component: () => <InvitePage token={inviteRoute.useParams().token} />,
})
const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/public/$token',
  component: () => <PublicPage token={publicRoute.useParams().token} />,
})
// Seldom gone to, so fetched by whoever goes there.
const OwnAccount = lazyRouteComponent(() => import('./accounts/AccountPage.tsx'), 'AccountPage')
const Everybody = lazyRouteComponent(() => import('./accounts/PeoplePage.tsx'), 'PeoplePage')
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: doorSearch,
  component: () => <SignInPage {...signInRoute.useSearch()} />,
})
const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  validateSearch: doorSearch,
  component: () => {
    const { problem } = accountRoute.useSearch()
    return (
      <Gate>
        <OwnAccount problem={problem} />
      </Gate>
    )
  },
})
const accountPages = [
  signInRoute,
  accountRoute,
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/people',
    component: () => (
      <Gate>
        <Everybody />
      </Gate>
    ),
  }),
  createRoute({ getParentRoute: () => rootRoute, path: '/welcome', component: WelcomePage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/forgot', component: ForgotPage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/reset', component: ResetPage }),
  createRoute({ getParentRoute: () => rootRoute, path: '/confirm', component: ConfirmPage }),
]
const articleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/articles/$article',
  validateSearch: filterSchema,
  component: () => {
    const { article } = articleRoute.useParams()
    const filter = articleRoute.useSearch()
    const navigate = articleRoute.useNavigate()
    const onFilter = useCallback(
      (search: Filter) => void navigate({ search, replace: true, resetScroll: false }),
      [navigate],
    )
    return <ArticlePage key={article} id={article} filter={filter} onFilter={onFilter} />
  },
})

/** Pages of their own for which one has to be signed in, fetched by whoever goes there. */
const gateRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'gate',
  component: () => (
    <Gate>
      <Outlet />
    </Gate>
  ),
})
const gatedPages = [
  createRoute({
    getParentRoute: () => gateRoute,
    path: '/articles/$article/replay',
    component: lazyRouteComponent(() => import('./history/ReplayPage.tsx'), 'ReplayPage'),
  }),
  createRoute({
    getParentRoute: () => gateRoute,
    path: '/articles/$article/revise',
    component: lazyRouteComponent(() => import('./history/RevisePage.tsx'), 'RevisePage'),
  }),
  createRoute({
    getParentRoute: () => gateRoute,
    path: '/articles/$article/compare',
    validateSearch: compareSchema,
    component: lazyRouteComponent(() => import('./compare/ComparePage.tsx'), 'ComparePage'),
  }),
  createRoute({
    getParentRoute: () => gateRoute,
    path: '/articles/$article/gold',
    component: lazyRouteComponent(() => import('./compare/GoldPage.tsx'), 'GoldPage'),
  }),
  createRoute({
    getParentRoute: () => gateRoute,
    path: '/log',
    component: lazyRouteComponent(() => import('./history/AuditPage.tsx'), 'WorkspaceLog'),
  }),
]

const router = createRouter({
  routeTree: rootRoute.addChildren([
    projectsRoute,
    projectRoute.addChildren(projectPages),
    ...accountPages,
    articleRoute,
    gateRoute.addChildren(gatedPages),
    inviteRoute,
    publicRoute,
  ]),
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** Nobody sees a page before it is known who they are. An article sees to that itself: it outlives its session. */
function Gate({ children }: { children: ReactNode }) {
  const door = useQuery(doorQuery)
  if (door.isPending) return <Loading what="Attest" />
  if (!door.data) return <Trouble error={door.error} onRetry={() => void door.refetch()} />
  return door.data.me ? children : <DoorPage />
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <Notices />
    </QueryClientProvider>
  )
}
