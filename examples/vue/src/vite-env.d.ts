/// <reference types="vite/client" />
declare module '*.vue'
