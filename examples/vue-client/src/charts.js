import { createApp } from 'vue';
import Charts from './Charts.vue';

createApp(Charts).mount('#app');
