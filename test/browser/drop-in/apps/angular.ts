import '@angular/compiler'
import { AsyncPipe } from '@angular/common'
import { Component, inject, provideZonelessChangeDetection, signal } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { AuthService, provideAuth0 } from '@auth0/auth0-angular'

class Account {
  readonly auth = inject(AuthService)
  readonly held = signal('')
  readonly error = signal('')
  readonly from = signal('')

  constructor() {
    this.auth.error$.subscribe(error => this.error.set('error' in error ? `${error.error}` : ''))
    this.auth.appState$.subscribe(appState => this.from.set(appState.from))
  }

  login(): void {
    this.auth.loginWithRedirect({ appState: { from: 'here' } }).subscribe()
  }

  popup(): void {
    this.auth.loginWithPopup().subscribe()
  }

  logout(): void {
    this.auth.logout({ logoutParams: { returnTo: location.origin } }).subscribe()
  }

  token(cacheMode: 'on' | 'off'): void {
    this.auth.getAccessTokenSilently({ cacheMode }).subscribe(token => this.held.set(token ?? ''))
  }
}

// The decorator as a function: the just-in-time compiler asks for no more.
const App = Component({
  selector: 'app-root',
  imports: [AsyncPipe],
  template: `
    <button id="login" (click)="login()">login</button>
    <button id="popup" (click)="popup()">popup</button>
    <button id="logout" (click)="logout()">logout</button>
    <button id="token" (click)="token('on')">token</button>
    <button id="renewal" (click)="token('off')">renewal</button>
    @if (auth.isLoading$ | async) {
      <p id="status">loading</p>
    } @else {
      <p id="status">{{ (auth.isAuthenticated$ | async) ? 'signed in' : 'signed out' }}</p>
    }
    <p id="user">{{ (auth.user$ | async)?.name }}</p>
    <p id="error">{{ error() }}</p>
    <p id="held">{{ held() }}</p>
    <p id="state">{{ from() }}</p>`,
})(Account)

document.body.append(document.createElement('app-root'))
await bootstrapApplication(App, {
  providers: [provideZonelessChangeDetection(), provideAuth0(window.config)],
})
