import type { DefineComponent } from 'vue';
import type QxApproval from './components/qx-approval.vue';
import type QxCheck from './components/qx-check.vue';
import type QxChoice from './components/qx-choice.vue';
import type QxConsentRenewal from './components/qx-consent-renewal.vue';
import type QxLineItem from './components/qx-line-item.vue';
import type QxListEnd from './components/qx-list-end.vue';
import type QxOrderButtons from './components/qx-order-buttons.vue';
import type QxPage from './components/qx-page.vue';
import type QxPairs from './components/qx-pairs.vue';
import type QxParcel from './components/qx-parcel.vue';
import type QxPicture from './components/qx-picture.vue';
import type QxPrice from './components/qx-price.vue';
import type QxProductCard from './components/qx-product-card.vue';
import type QxProductGrid from './components/qx-product-grid.vue';
import type QxRegionSheet from './components/qx-region-sheet.vue';
import type QxSheet from './components/qx-sheet.vue';
import type QxSkuSheet from './components/qx-sku-sheet.vue';
import type QxStates from './components/qx-states.vue';
import type QxStepper from './components/qx-stepper.vue';
import type QxStop from './components/qx-stop.vue';
import type QxTabs from './components/qx-tabs.vue';
import type QxTimeline from './components/qx-timeline.vue';

interface KitPopup {
  modelValue: boolean;
  position?: 'bottom' | 'center' | 'top' | 'left' | 'right';
  duration?: number;
  zIndex?: number;
  safeAreaInsetBottom?: boolean;
  customStyle?: string;
  onClose?: () => void;
}
interface KitSwitch {
  modelValue: boolean;
  size?: string;
  disabled?: boolean;
  onChange?: (event: { value: boolean }) => void;
}

/** The framework finds `qx-` components by name; the type checker is told here. */
declare module 'vue' {
  export interface GlobalComponents {
    WdPopup: DefineComponent<KitPopup>;
    WdSwitch: DefineComponent<KitSwitch>;
    QxApproval: typeof QxApproval;
    QxCheck: typeof QxCheck;
    QxChoice: typeof QxChoice;
    QxConsentRenewal: typeof QxConsentRenewal;
    QxLineItem: typeof QxLineItem;
    QxListEnd: typeof QxListEnd;
    QxOrderButtons: typeof QxOrderButtons;
    QxPage: typeof QxPage;
    QxPairs: typeof QxPairs;
    QxParcel: typeof QxParcel;
    QxPicture: typeof QxPicture;
    QxPrice: typeof QxPrice;
    QxProductCard: typeof QxProductCard;
    QxProductGrid: typeof QxProductGrid;
    QxRegionSheet: typeof QxRegionSheet;
    QxSheet: typeof QxSheet;
    QxSkuSheet: typeof QxSkuSheet;
    QxStates: typeof QxStates;
    QxStepper: typeof QxStepper;
    QxStop: typeof QxStop;
    QxTabs: typeof QxTabs;
    QxTimeline: typeof QxTimeline;
  }
}
