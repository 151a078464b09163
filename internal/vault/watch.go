package vault

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Watch makes this process drop keys that others destroy, until ctx ends. It
// holds one connection of its own. Whenever that is lost, every key in memory
// is dropped, since a destruction may go unheard, and it connects again.
func (v *Vault) Watch(ctx context.Context) {
	const pause = time.Second
	for ctx.Err() == nil {
		err := v.listen(ctx)
		v.cache.clear()
		if ctx.Err() != nil {
			return
		}
		v.log.Warn("vault: lost the notifications of destroyed keys; trying again", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (v *Vault) listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, v.keys.db.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+destroyedChannel); err != nil {
		return err
	}
	// What was destroyed before we listened is unknown to us.
	v.cache.clear()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		v.cache.forget(n.Payload)
	}
}
