import { authGuard, createAuth0, useAuth0 } from '@auth0/auth0-vue'
import { createApp, defineComponent, h, ref } from 'vue'
import { createRouter, createWebHistory, RouterView } from 'vue-router'

const button = (id: string, onClick: () => unknown) => h('button', { id, onClick }, id)
const line = (id: string, text: string | undefined) => h('p', { id }, text)

const Account = defineComponent(() => {
  const auth0 = useAuth0()
  const held = ref('')
  const hold = async (token: Promise<string | undefined>) => {
    held.value = (await token) ?? ''
  }
  return () => {
    const { value: error } = auth0.error
    const status = auth0.isAuthenticated.value ? 'signed in' : 'signed out'
    return h('main', [
      button('login', () => router.push('/account')),
      button('popup', () => auth0.loginWithPopup()),
      button('logout', () => auth0.logout({ logoutParams: { returnTo: location.origin } })),
      button('token', () => hold(auth0.getAccessTokenSilently())),
      button('renewal', () => hold(auth0.getAccessTokenSilently({ cacheMode: 'off' }))),
      line('status', auth0.isLoading.value ? 'loading' : status),
      line('user', auth0.user.value?.name),
      line('error', error && 'error' in error ? String(error.error) : error?.message),
      line('held', held.value),
      // The guard's own use of the state: where the login was asked for.
      line('state', router.currentRoute.value.path === '/account' ? 'here' : undefined),
    ])
  }
})

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Account },
    { path: '/account', component: Account, beforeEnter: authGuard },
  ],
})

createApp(RouterView)
  .use(router)
  .use(createAuth0(window.config))
  .mount(document.body.appendChild(document.createElement('div')))
